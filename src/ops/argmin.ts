import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { type ArgmaxOptions, extremePosition } from './reduction/position.js';

/**
 * The i32 position of the first minimum along an axis; NaN counts as the minimum. Without gradient.
 * @throws ShapeError for an axis out of range, or if there are no elements to choose from
 */
export function argmin(x: Tensor, options: ArgmaxOptions = {}): Tensor {
  return extremePosition('argmin', 'min', x, options);
}

export const row: OpRow = {
  name: 'argmin',
  family: 'reduction',
  summary: 'position of the first minimum along an axis',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
