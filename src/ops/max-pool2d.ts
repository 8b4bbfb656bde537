import maxPoolWgsl from '../../shaders/pooling/max_pool2d.wgsl';
import { isGradEnabled } from '../autograd/mode.js';
import { record } from '../autograd/record.js';
import type { Device } from '../runtime/device.js';
import { defineKernel } from '../runtime/kernel.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { chooseRung } from './ladder.js';
import { dense, type OpRow } from './op.js';
import type { Pair } from './pair.js';
import { gatherMax } from './pooling/gather-max.js';
import { type MaxPoolGradient, maxPoolGradientLadder } from './pooling/ladders.js';
import { POOL_NAMES, type Pool2dOptions, type PoolShape, poolParams, poolShape } from './pooling/pool-shape.js';
import { scatterMax } from './pooling/scatter-max.js';

export type { Pool2dOptions } from './pooling/pool-shape.js';

export interface MaxPool2dOptions extends Pool2dOptions {
  readonly dilation?: Pair;
  /** The rung of the gradient; default: the best for this adapter. */
  readonly gradient?: MaxPoolGradient | 'auto';
}

export const MAX_POOL_NAMES: OptionNames<MaxPool2dOptions> = { ...POOL_NAMES, dilation: true, gradient: true };

const forwardKernel = defineKernel(maxPoolWgsl);
/** Invocations of a workgroup on a GPU. */
const GPU_WORKGROUP = 64;

/**
 * Max pooling of `[N, C, H, W]`, floor or ceil mode exactly as Caffe and PyTorch. Ties go to the first element in
 * row-major order, NaN propagates. A dilated window that lies wholly in the padding gives -Infinity and no gradient.
 * @throws ShapeError for a map without cells, a kernel that fits nowhere, padding over half the kernel, or a wrong rank
 */
export function maxPool2d(x: Tensor, options: MaxPool2dOptions): Tensor {
  return scope(() => pool(x, options, isGradEnabled() && x.requiresGrad).output);
}

/** As `maxPool2d`, with the i32 position of every maximum in its `H * W` plane; -1 for a window without a cell. */
export function maxPool2dWithIndices(x: Tensor, options: MaxPool2dOptions): { output: Tensor; indices: Tensor } {
  return scope(() => pool(x, options, true));
}

/** Without `withIndices` the indices are left unwritten: half of the traffic. */
function pool(x: Tensor, options: MaxPool2dOptions, withIndices: boolean): { output: Tensor; indices: Tensor } {
  requireOptions('maxPool2d', options, MAX_POOL_NAMES);
  const shape = poolShape('maxPool2d', x, options);
  const { device, shape: inputShape } = x;
  const source = dense(x, 'maxPool2d');
  const output = Tensor.empty(device, [inputShape[0]!, inputShape[1]!, ...shape.out], 'f32', 'maxPool2d');
  const indices = Tensor.empty(device, withIndices ? output.shape : [1], 'i32', 'maxPool2d');
  if (output.size > 0) {
    device.dispatch(forwardKernel, {
      bindings: {
        x: source.binding('maxPool2d'),
        y: output.binding('maxPool2d'),
        indices: indices.binding('maxPool2d'),
      },
      ...forwardDispatch(device, inputShape, shape, withIndices),
    });
  }
  record('maxPool2d', [x], output, {
    save: [indices],
    vjp: (gradient, [saved]) => [maxPoolGradient(gradient, saved!, inputShape, shape, options.gradient ?? 'auto')],
  });
  return { output, indices };
}

/** Workgroups that keep all cores of a CPU adapter busy; with more of them, their starting shows. */
const CPU_GROUPS = 1024;

/** Cells of a window whose loops unroll: a kernel size of its own is worth a pipeline of its own only where it is usual. */
const MOST_UNROLLED = 9;

function forwardDispatch(device: Device, inputShape: readonly number[], shape: PoolShape, withIndices: boolean) {
  const [images, channels, height, width] = inputShape;
  const { kernel, stride, padding, dilation, out } = shape;
  const planes = images! * channels!;
  const [outHeight, outWidth] = out;
  const { software } = device.info;
  // On a GPU every output has an invocation; on a CPU an invocation walks down rows, and eight columns are one vector.
  const WG_X = software ? 8 : Math.min(GPU_WORKGROUP, 2 ** Math.ceil(Math.log2(outWidth)));
  const WG_Y = software ? 1 : GPU_WORKGROUP / WG_X;
  const acrossGroups = Math.ceil(outWidth / WG_X);
  const walk = software
    ? Math.ceil(outHeight / Math.min(outHeight, Math.ceil(CPU_GROUPS / (planes * acrossGroups))))
    : 1;
  const downGroups = Math.ceil(outHeight / (walk * WG_Y));
  const overlap = kernel[0] - stride[0];
  const shared = walk > 1 && dilation[0] === 1 && overlap > 0 && 2 * overlap <= kernel[0] ? overlap : 0;
  const padded = out.some((count, axis) => {
    const reach = (count - 1) * stride[axis]! + (kernel[axis]! - 1) * dilation[axis]!;
    return padding[axis]! > 0 || reach >= [height!, width!][axis]!;
  });
  const small = kernel[0] * kernel[1] <= MOST_UNROLLED;
  return {
    params: { planes, walk, ...poolParams(inputShape, shape) },
    overrides: {
      WG_X,
      WG_Y,
      KERNEL_Y: small ? kernel[0] : 0,
      KERNEL_X: small ? kernel[1] : 0,
      SHARED: shared,
      PADDED: padded,
      INDICES: withIndices,
    },
    workgroups: [acrossGroups, downGroups, planes] as const,
  };
}

function maxPoolGradient(
  gradient: Tensor,
  indices: Tensor,
  inputShape: readonly number[],
  shape: PoolShape,
  rung: MaxPoolGradient | 'auto',
): Tensor {
  const { device } = gradient;
  const [images, channels, height, width] = inputShape as [number, number, number, number];
  const work = { planes: images * channels, height, width, shape };
  if (chooseRung('maxPool2d', maxPoolGradientLadder, device, work, rung) === 'scatter')
    return scatterMax('maxPool2d', gradient, indices, inputShape);
  return gatherMax('maxPool2d', gradient, indices, inputShape, shape);
}

export const row: OpRow = {
  name: 'maxPool2d',
  family: 'pooling',
  summary: 'maximum of sliding windows, floor or ceil mode, with dilation; arg-max on request',
  dtypes: ['f32'],
  differentiable: [0],
};
