import { ShapeError } from '../runtime/errors.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type GroupLayout, type Moments, momentsOf, normalizeGroups } from './normalization/groups.js';
import type { OpRow } from './op.js';

const OP = 'batchNorm';

export interface BatchNormOptions {
  /** Mean and variance `[C]` to normalise by, gathered in training; without them those of the batch. */
  readonly moments?: Moments;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const NAMES: OptionNames<BatchNormOptions> = { moments: true, eps: true };

/**
 * Normalises each channel of `[N, C, ...]` over the batch and all cells (Ioffe and Szegedy 2015), then multiplies by `weight`
 * and adds `bias`, both `[C]` or null. By the population variance; the gradient goes through the batch's moments, not through
 * given ones. f32. Running statistics are the module's (`nn.BatchNorm2d`).
 * @throws ShapeError, DTypeError
 */
export function batchNorm(
  x: Tensor,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: BatchNormOptions = {},
): Tensor {
  checkOptions(OP, options, NAMES);
  const { moments, eps = 1e-5 } = options;
  checkSetting(OP, 'eps', eps, { least: 0 });
  const layout = channelLayout(x);
  const [, channels] = layout;
  for (const [name, tensor] of Object.entries({ weight, bias, mean: moments?.mean, variance: moments?.variance })) {
    if (tensor && (tensor.rank !== 1 || tensor.size !== channels)) {
      throw new ShapeError(`${OP}: ${name} has shape ${showShape(tensor.shape)}, but must be [${channels}]`);
    }
  }
  return scope(() => {
    const used = moments ?? momentsOf(x, layout);
    return normalizeGroups(OP, x, weight, bias, layout, eps, { ...used, own: !moments });
  });
}

/** `[N, C, ...]` by channels. @throws ShapeError for less than two axes */
export function channelLayout({ shape }: Tensor): GroupLayout {
  if (shape.length < 2) throw new ShapeError(`${OP}: input has shape ${showShape(shape)}, but must be [N, C, ...]`);
  return [shape[0]!, shape[1]!, sizeOf(shape.slice(2))];
}

export const row: OpRow = {
  name: 'batchNorm',
  family: 'normalization',
  summary: 'channels normalised over a batch, or by given statistics',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
