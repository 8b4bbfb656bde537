import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxes, normalizeAxis, requireList, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';

/**
 * The axes in another order: axis `i` of the result is axis `axes[i]` of `x`. A view.
 * @throws ShapeError unless `axes` names every axis once
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  requireList('permute', axes);
  const order = axes.map((axis) => normalizeAxis('permute', axis, x.rank));
  normalizeAxes('permute', order, x.rank);
  if (order.length !== x.rank) {
    throw new ShapeError(
      `permute: ${showShape(axes)} does not name every axis of ${showShape(x.shape)}; list each of 0 to ${x.rank - 1} once`,
    );
  }
  return scope(() => {
    const y = x.view(
      order.map((axis) => x.shape[axis]!),
      order.map((axis) => x.strides[axis]!),
      x.offset,
      'permute',
    );
    const back = order.map((_, axis) => order.indexOf(axis));
    return record('permute', [x], y, { vjp: (gradient) => [permute(gradient, back)] });
  });
}

export const row: OpRow = {
  name: 'permute',
  family: 'view',
  summary: 'the axes in another order, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
