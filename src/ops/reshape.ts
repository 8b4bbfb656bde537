import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { checkShape, requireList, reshapeStrides, type Shape, showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';

/**
 * The same elements, in row-major order, in another shape; one dim may be -1. A view where strides allow, else a copy.
 * @throws ShapeError if the element counts differ.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = resolve(x, shape);
  return scope(() => {
    const strides = reshapeStrides(x.shape, x.strides, target);
    const source = strides ? x : x.denseCopy('reshape');
    const y = source.view(
      target,
      strides ?? reshapeStrides(source.shape, source.strides, target)!,
      source.offset,
      'reshape',
    );
    const before = x.shape;
    return record('reshape', [x], y, { vjp: (gradient) => [reshape(gradient, before)] });
  });
}

function resolve(x: Tensor, shape: Shape): number[] {
  requireList('reshape', shape);
  const free = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, i) => i !== free));
  const target = free < 0 ? [...shape] : shape.map((dim, i) => (i === free ? (known === 0 ? 0 : x.size / known) : dim));
  if (!target.every(Number.isInteger) || sizeOf(target) !== x.size) {
    throw new ShapeError(
      `reshape: ${x.size} elements of ${showShape(x.shape)} do not fit ${showShape(shape)}; give a shape of as many, or one dim as -1`,
    );
  }
  checkShape('reshape', target);
  return target;
}

export const row: OpRow = {
  name: 'reshape',
  family: 'view',
  summary: 'the same elements in another shape, without a copy where possible',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
