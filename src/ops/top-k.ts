import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { slice } from './slice.js';
import { type Sorted, sort } from './sort.js';

export interface TopKOptions {
  /** The axis to search, counted from the end if negative. Default: the last. */
  readonly axis?: number;
  /** false: the smallest. Default true. */
  readonly largest?: boolean;
}

const NAMES: OptionNames<TopKOptions> = { axis: true, largest: true };

/**
 * The `k` largest elements along an axis, largest first, and where they are; NaN is the largest. Of equal ones the first. The
 * head of a whole sort: a search of its own would save less than the wait for the result takes.
 * @throws ShapeError for an axis out of range, or a `k` that is not 0 to its length
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Sorted {
  checkOptions('topK', options, NAMES);
  const { axis = -1, largest = true } = options;
  const along = normalizeAxis('topK', axis, x.rank);
  if (!Number.isInteger(k) || k < 0 || k > x.shape[along]!) {
    throw new ShapeError(`topK: k is ${k} for axis ${along} of ${showShape(x.shape)}; use 0 to ${x.shape[along]}`);
  }
  return scope(() => {
    const { values, indices } = sort(x, { axis: along, descending: largest });
    const ranges = [...new Array<null>(along).fill(null), [0, k] as const];
    return { values: slice(values, ranges), indices: slice(indices, ranges) };
  });
}

export const row: OpRow = {
  name: 'topK',
  family: 'movement',
  summary: 'the largest elements along an axis, and their places',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
