import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { broadcastStrides, checkShape, type Shape, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { sumTo } from './elementwise/sum-to.js';
import type { OpRow } from './op.js';

/**
 * The tensor repeated to a larger shape, as broadcasting does it: axes of size 1 grow, new axes come in front. A view.
 * @throws ShapeError if an axis of another size would have to change
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkShape('expand', shape);
  const lead = shape.length - x.rank;
  if (lead < 0 || !x.shape.every((dim, axis) => dim === 1 || dim === shape[lead + axis])) {
    throw new ShapeError(
      `expand: ${showShape(x.shape)} does not broadcast to ${showShape(shape)}; only axes of size 1 can grow`,
    );
  }
  return scope(() => {
    const y = x.view(shape, broadcastStrides(x.shape, x.strides, shape), x.offset, 'expand');
    const before = x.shape;
    return record('expand', [x], y, { vjp: (gradient) => [sumTo(gradient, before)] });
  });
}

export const row: OpRow = {
  name: 'expand',
  family: 'view',
  summary: 'the tensor repeated to a larger shape, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
