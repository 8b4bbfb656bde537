import { isGradEnabled } from '../autograd/mode.js';
import { record } from '../autograd/record.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { chooseRung } from './ladder.js';
import { bind, dense, type OpRow } from './op.js';
import type { Pair } from './pair.js';
import { gatherMax } from './pooling/gather-max.js';
import {
  type MaxPoolAlgorithm,
  type MaxPoolGradient,
  maxPoolGradientLadder,
  maxPoolLadder,
} from './pooling/ladders.js';
import { maxPoolKernel, maxPoolStripKernel } from './pooling/pool-kernels.js';
import { POOL_NAMES, type Pool2dOptions, type PoolShape, poolParams, poolShape } from './pooling/pool-shape.js';
import { scatterMax } from './pooling/scatter-max.js';
import { stripWalk } from './pooling/strip.js';
import { columnWalk, type Walk } from './pooling/walk.js';

export type { Pool2dOptions } from './pooling/pool-shape.js';

export interface MaxPool2dOptions extends Pool2dOptions {
  readonly dilation?: Pair;
  /** The rung of the forward pass; default: the best for this adapter. */
  readonly algorithm?: MaxPoolAlgorithm | 'auto';
  /** The rung of the gradient; default: the best for this adapter. */
  readonly gradient?: MaxPoolGradient | 'auto';
}

export const MAX_POOL_NAMES: OptionNames<MaxPool2dOptions> = {
  ...POOL_NAMES,
  dilation: true,
  algorithm: true,
  gradient: true,
};

/**
 * Max pooling of `[N, C, H, W]`, floor or ceil mode exactly as Caffe and PyTorch. Ties go to the first element in
 * row-major order, NaN propagates, -0 comes as 0. A dilated window that lies wholly in the padding gives -Infinity and no gradient.
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
    const work = { planes: inputShape[0]! * inputShape[1]!, height: inputShape[2]!, width: inputShape[3]!, shape };
    const rung = chooseRung('maxPool2d', maxPoolLadder, device, work, options.algorithm);
    const bindings = bind('maxPool2d', { x: source, y: output, indices });
    const callOf = <Overrides>({ params, overrides, invocations }: Walk<Overrides>) => ({
      bindings,
      params: { ...params, ...poolParams(inputShape, shape) },
      overrides: { ...overrides, INDICES: withIndices },
      invocations,
    });
    if (rung === 'strip') device.dispatch(maxPoolStripKernel, callOf(stripWalk(device, inputShape, shape)));
    else device.dispatch(maxPoolKernel, callOf(columnWalk(device, rung === 'walk', inputShape, shape)));
  }
  record('maxPool2d', [x], output, {
    save: [indices],
    vjp: (gradient, [saved]) => [maxPoolGradient(gradient, saved!, inputShape, shape, options.gradient ?? 'auto')],
  });
  return { output, indices };
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
