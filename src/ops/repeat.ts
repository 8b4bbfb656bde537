import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { requireList, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { expand } from './expand.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';

/**
 * The tensor laid out `counts[axis]` times along each axis, new axes in front: PyTorch's `repeat`, NumPy's `tile`. A copy; to
 * repeat an axis of size 1, `expand` costs nothing.
 * @throws ShapeError unless there is a count for every axis, from 0
 */
export function repeat(x: Tensor, counts: readonly number[]): Tensor {
  requireList('repeat', counts);
  const lead = counts.length - x.rank;
  if (lead < 0 || !counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new ShapeError(
      `repeat: counts ${showShape(counts)} for a tensor ${showShape(x.shape)}; give a whole number from 0 for every axis`,
    );
  }
  const dims = [...new Array<number>(lead).fill(1), ...x.shape];
  // An axis that is repeated becomes two, of which the first is expanded.
  const parts = dims.map((dim, axis) => (counts[axis] === 1 ? [dim] : [1, dim]));
  const wide = dims.map((dim, axis) => (counts[axis] === 1 ? [dim] : [counts[axis]!, dim]));
  return scope(() =>
    reshape(
      expand(reshape(x, parts.flat()), wide.flat()),
      dims.map((dim, axis) => dim * counts[axis]!),
    ),
  );
}

export const row: OpRow = {
  name: 'repeat',
  family: 'movement',
  summary: 'the tensor laid out several times along each axis',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
