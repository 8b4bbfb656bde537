import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { normalizeAxis, requireList, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { slice } from './slice.js';

export interface SplitOptions {
  /** The axis to cut, counted from the end if negative. Default 0. */
  readonly axis?: number;
}

const NAMES: OptionNames<SplitOptions> = { axis: true };

/**
 * Parts of a tensor along an axis: of `size` each, the last perhaps smaller, or of the sizes of a list. Views.
 * @throws ShapeError for an axis out of range, or sizes that do not add up to it
 */
export function split(x: Tensor, size: number | readonly number[], options: SplitOptions = {}): Tensor[] {
  checkOptions('split', options, NAMES);
  const axis = normalizeAxis('split', options.axis ?? 0, x.rank);
  const length = x.shape[axis]!;
  const sizes = typeof size === 'number' ? evenly(length, size) : size;
  requireList('split', sizes);
  const total = sizes.reduce((sum, part) => sum + part, 0);
  if (!sizes.every((part) => Number.isInteger(part) && part >= 0) || total !== length) {
    throw new ShapeError(
      `split: ${showShape([size].flat())} does not cut axis ${axis} of ${showShape(x.shape)}; give a whole number from 1, or sizes that add up to ${length}`,
    );
  }
  let end = 0;
  return sizes.map((part) => {
    end += part;
    return slice(x, [...new Array<null>(axis).fill(null), [end - part, end]]);
  });
}

function evenly(length: number, size: number): number[] {
  if (!(Number.isInteger(size) && size >= 1)) return [];
  return Array.from({ length: Math.ceil(length / size) || 1 }, (_, i) => Math.min(size, length - i * size));
}

export const row: OpRow = {
  name: 'split',
  family: 'view',
  summary: 'parts of a tensor along an axis, without a copy',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
