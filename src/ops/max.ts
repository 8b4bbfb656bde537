import { checkOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { reduceExtreme } from './reduction/extreme.js';

/**
 * The maximum over axes (all by default); NaN wins. f32, i32 or u32. The gradient goes to the first maximum in row-major
 * order.
 * @throws ShapeError for an axis out of range or named twice, or if there are no elements to choose from
 */
export function max(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('max', options, REDUCTION_NAMES);
  return reduceExtreme('max', x, options);
}

export const row: OpRow = {
  name: 'max',
  family: 'reduction',
  summary: 'maximum over any axes; NaN wins',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
