import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxes, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';

/**
 * Without the given axes of size 1, or without all such axes. A view.
 * @throws ShapeError for an axis of another size
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const chosen = normalizeAxes('squeeze', axes, x.rank);
  const stuck = axes === undefined ? undefined : chosen.find((axis) => x.shape[axis] !== 1);
  if (stuck !== undefined) {
    throw new ShapeError(
      `squeeze: axis ${stuck} of ${showShape(x.shape)} has size ${x.shape[stuck]}, not 1; leave it out, or use slice() to drop it`,
    );
  }
  return scope(() =>
    reshape(
      x,
      x.shape.filter((dim, axis) => dim !== 1 || !chosen.includes(axis)),
    ),
  );
}

export const row: OpRow = {
  name: 'squeeze',
  family: 'view',
  summary: 'without axes of size 1, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
