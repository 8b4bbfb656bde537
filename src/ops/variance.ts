import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { div } from './div.js';
import { mean } from './mean.js';
import { checkDTypes, type OpRow } from './op.js';
import { planReduction, type ReductionOptions } from './reduction/axes.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { sum } from './sum.js';

export interface VarianceOptions extends ReductionOptions {
  /** What is subtracted from the count: 1 (default) for a sample, 0 for a population. */
  readonly correction?: number;
}

/**
 * Sum of squared distances from the mean over `count - correction`; NaN or Infinity where that is not positive. Two passes,
 * so that a mean far from 0 costs no precision. f32.
 * @throws ShapeError for an axis out of range or named twice
 */
export function variance(x: Tensor, { correction = 1, ...options }: VarianceOptions = {}): Tensor {
  checkDTypes('variance', 'input', x, ['f32']);
  const { count } = planReduction('variance', x.shape, options);
  return scope(() => {
    const distance = sub(x, mean(x, { ...options, keepdim: true }));
    return div(sum(square(distance), options), Math.max(0, count - correction));
  });
}

export const varianceRow: OpRow = {
  name: 'variance',
  family: 'reduction',
  summary: 'variance over any axes, of a sample or a population',
  dtypes: ['f32'],
  differentiable: [0],
};
