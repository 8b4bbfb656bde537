import { ShapeError } from '../../runtime/errors.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkRank } from '../op.js';
import { type Pair, pairOf } from '../pair.js';

export interface Pool2dOptions {
  readonly kernelSize: Pair;
  /** Default: the kernel size. */
  readonly stride?: Pair;
  readonly padding?: Pair;
  /** Rounds the output size up, as Caffe does; a last window that would start in the padding is dropped. */
  readonly ceilMode?: boolean;
}

export interface PoolShape {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Rows and columns of the output. */
  readonly out: readonly [number, number];
}

/**
 * Checks the arguments of a sliding-window pool and computes its output size, exactly as Caffe and PyTorch do.
 * @throws ShapeError naming the op and the value
 */
export function poolShape(op: string, x: Tensor, options: Pool2dOptions & { readonly dilation?: Pair }): PoolShape {
  checkRank(op, 'input', x, 4, '[N, C, H, W]');
  const kernel = pairOf(op, 'kernelSize', options.kernelSize, 1);
  const stride = pairOf(op, 'stride', options.stride ?? options.kernelSize, 1);
  const padding = pairOf(op, 'padding', options.padding ?? 0, 0);
  const dilation = pairOf(op, 'dilation', options.dilation ?? 1, 1);
  const out = [0, 1].map((axis) => {
    const size = x.shape[2 + axis]!;
    const reach = dilation[axis]! * (kernel[axis]! - 1) + 1;
    const padded = size + 2 * padding[axis]!;
    if (padding[axis]! * 2 > kernel[axis]!) {
      throw new ShapeError(
        `${op}: padding ${showShape(padding)} is more than half of the kernel ${showShape(kernel)}; use at most half`,
      );
    }
    if (reach > padded) {
      throw new ShapeError(
        `${op}: kernel ${showShape(kernel)} is larger than the padded map of ${showShape(x.shape)}; use a smaller kernel or a larger input`,
      );
    }
    const steps = (padded - reach) / stride[axis]!;
    const count = (options.ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    return options.ceilMode && (count - 1) * stride[axis]! >= size + padding[axis]! ? count - 1 : count;
  });
  return { kernel, stride, padding, dilation, out: [out[0]!, out[1]!] };
}
