import { checkOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { reduceExtreme } from './reduction/extreme.js';

/**
 * The minimum over axes (all by default); NaN wins. f32, i32 or u32. The gradient goes to the first minimum in row-major
 * order.
 * @throws ShapeError for an axis out of range or named twice, or if there are no elements to choose from
 */
export function min(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('min', options, REDUCTION_NAMES);
  return reduceExtreme('min', x, options);
}

export const row: OpRow = {
  name: 'min',
  family: 'reduction',
  summary: 'minimum over any axes; NaN wins',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
