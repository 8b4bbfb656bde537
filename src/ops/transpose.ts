import { normalizeAxis } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { permute } from './permute.js';

/** Swaps two axes. A view. @throws ShapeError for an axis out of range. */
export function transpose(x: Tensor, axis0: number, axis1: number): Tensor {
  const a = normalizeAxis('transpose', axis0, x.rank);
  const b = normalizeAxis('transpose', axis1, x.rank);
  const order = x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return permute(x, order);
}

export const row: OpRow = {
  name: 'transpose',
  family: 'view',
  summary: 'two axes swapped, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
