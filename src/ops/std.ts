import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { rootOrZero } from './reduction/root.js';
import { type VarianceOptions, variance } from './variance.js';

/**
 * The standard deviation over axes (all by default): the root of `variance` with the same options. No gradient where it is 0,
 * as PyTorch. f32.
 * @throws ShapeError for an axis out of range or named twice
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  return scope(() => rootOrZero(variance(x, options)));
}

export const row: OpRow = {
  name: 'std',
  family: 'reduction',
  summary: 'standard deviation over any axes',
  dtypes: ['f32'],
  differentiable: [0],
};
