import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { copyStrided } from '../tensor/copy-strided.js';
import { zeros } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { requireList, type Shape, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';

/**
 * What to take of one axis: `[start, stop)`, every `step`-th (default 1) element of it; one index, which drops the axis;
 * or null for all of it. Negative positions count from the end; a missing stop is the end.
 */
export type SliceRange = readonly [start: number, stop?: number, step?: number] | number | null;

/**
 * A part of a tensor, a range for each axis (axes without one stay whole). A view.
 * @throws ShapeError for positions outside the axis, a stop before the start, or a step below 1
 */
export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  const { shape, strides, offset } = resolve(x, ranges);
  return scope(() => {
    const y = x.view(shape, strides, offset, 'slice');
    const before = x.shape;
    return record('slice', [x], y, {
      vjp: (gradient) => {
        const whole = zeros(gradient.device, before);
        copyStrided(viewOf(gradient), viewOf(slice(whole, ranges)));
        return [whole];
      },
    });
  });
}

function resolve(x: Tensor, ranges: readonly SliceRange[]): { shape: number[]; strides: number[]; offset: number } {
  requireList('slice', ranges);
  if (ranges.length > x.rank) {
    throw new ShapeError(
      `slice: ${ranges.length} ranges for a tensor ${showShape(x.shape)} of rank ${x.rank}; give at most one per axis`,
    );
  }
  const shape: number[] = [];
  const strides: number[] = [];
  let { offset } = x;
  for (const [axis, dim] of x.shape.entries()) {
    const range = ranges[axis] ?? null;
    const stride = x.strides[axis]!;
    const position = (value: number) => (value < 0 ? value + dim : value);
    if (typeof range === 'number') {
      const index = position(range);
      if (!Number.isInteger(index) || index < 0 || index >= dim) throw outside(x.shape, axis, `${range}`);
      offset += index * stride;
      continue;
    }
    const [from, to = dim, step = 1] = range ?? [0];
    const [start, stop] = [position(from), position(to)];
    const fits = [start, stop, step].every(Number.isInteger) && 0 <= start && start <= stop && stop <= dim && step >= 1;
    if (!fits) throw outside(x.shape, axis, `[${[range].flat().join(', ')}]`);
    offset += stop > start ? start * stride : 0;
    shape.push(Math.ceil((stop - start) / step));
    strides.push(stride * step);
  }
  return { shape, strides, offset };
}

function outside(shape: Shape, axis: number, range: string): ShapeError {
  return new ShapeError(
    `slice: ${range} does not fit axis ${axis} of ${showShape(shape)}; use 0 <= start <= stop <= ${shape[axis]} and a step from 1`,
  );
}

function viewOf(x: Tensor) {
  const { dtype, shape, strides, offset } = x;
  return { storage: x.storage('slice'), dtype, shape, strides, offset };
}

export const row: OpRow = {
  name: 'slice',
  family: 'view',
  summary: 'a part of a tensor, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
