import { ShapeError } from '../../runtime/errors.js';
import type { OptionNames } from '../../runtime/options.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Pair, pairOf } from '../pair.js';
import { windowCount } from '../window-count.js';
import { checkMaps } from './check-maps.js';

export interface Pool2dOptions {
  readonly kernelSize: Pair;
  /** Default: the kernel size. */
  readonly stride?: Pair;
  readonly padding?: Pair;
  /** Rounds the output size up, as Caffe does; a last window that would start behind the map is dropped. */
  readonly ceilMode?: boolean;
}

export const POOL_NAMES: OptionNames<Pool2dOptions> = { kernelSize: true, stride: true, padding: true, ceilMode: true };

export interface PoolShape {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Rows and columns of the output. */
  readonly out: readonly [number, number];
}

/**
 * Checks the arguments of a sliding-window pool and computes its output size (`windowCount`).
 * @throws DTypeError, ShapeError naming the op and the value
 */
export function poolShape(op: string, x: Tensor, options: Pool2dOptions & { readonly dilation?: Pair }): PoolShape {
  checkMaps(op, x);
  const kernel = pairOf(op, 'kernelSize', options.kernelSize, 1);
  const stride = pairOf(op, 'stride', options.stride ?? options.kernelSize, 1);
  const padding = pairOf(op, 'padding', options.padding ?? 0, 0);
  const dilation = pairOf(op, 'dilation', options.dilation ?? 1, 1);
  if (padding.some((cells, axis) => cells * 2 > kernel[axis]!)) {
    throw new ShapeError(
      `${op}: padding ${showShape(padding)} is more than half of the kernel ${showShape(kernel)}; use at most half`,
    );
  }
  const cells = (axis: 0 | 1) =>
    windowCount(x.shape[2 + axis]!, {
      kernel: kernel[axis],
      stride: stride[axis],
      padding: padding[axis],
      dilation: dilation[axis],
      ceilMode: options.ceilMode,
    });
  const out = [cells(0), cells(1)] as const;
  if (out.includes(0)) {
    throw new ShapeError(
      `${op}: kernel ${showShape(kernel)} is larger than the padded map of ${showShape(x.shape)}; use a smaller kernel or a larger input`,
    );
  }
  return { kernel, stride, padding, dilation, out };
}

/** The parameters that the shaders of sliding windows share. */
export function poolParams(inputShape: readonly number[], { kernel, stride, padding, dilation, out }: PoolShape) {
  return {
    height: inputShape[2]!,
    width: inputShape[3]!,
    out_height: out[0],
    out_width: out[1],
    kernel,
    stride,
    padding,
    dilation,
  };
}
