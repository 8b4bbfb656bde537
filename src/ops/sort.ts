import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { gather } from './gather.js';
import { sortedPlaces } from './movement/sorted-places.js';
import { checkDTypes, type OpRow } from './op.js';
import { transpose } from './transpose.js';

export interface SortOptions {
  /** The axis to sort along, counted from the end if negative. Default: the last. */
  readonly axis?: number;
  /** Largest first. Default false. */
  readonly descending?: boolean;
}

const NAMES: OptionNames<SortOptions> = { axis: true, descending: true };

/** What `sort` and `topK` give. */
export interface Sorted {
  readonly values: Tensor;
  /** i32 places along the axis from which the values come; without gradient. */
  readonly indices: Tensor;
}

/**
 * The elements in order along an axis, and where each was. Stable: equal elements keep their order. NaN is the largest, as in
 * PyTorch. f32, i32 or u32; the gradient goes back to where the values come from. A merge sort: about log2(n) passes.
 * @throws ShapeError for an axis out of range
 */
export function sort(x: Tensor, options: SortOptions = {}): Sorted {
  checkOptions('sort', options, NAMES);
  checkDTypes('sort', 'input', x, ['f32', 'i32', 'u32']);
  const axis = normalizeAxis('sort', options.axis ?? -1, x.rank);
  return scope(() => {
    const places = sortedPlaces('sort', transpose(x.detach(), axis, -1), options.descending ?? false);
    const indices = transpose(places, axis, -1);
    return { values: gather(x, indices, { axis }), indices };
  });
}

export const row: OpRow = {
  name: 'sort',
  family: 'movement',
  summary: 'elements in order along an axis, and their places',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
