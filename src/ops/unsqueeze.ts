import { normalizeAxis } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';

/** With a new axis of size 1, which will be axis `axis` of the result. A view. @throws ShapeError out of range. */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = normalizeAxis('unsqueeze', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

export const row: OpRow = {
  name: 'unsqueeze',
  family: 'view',
  summary: 'with a new axis of size 1, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
