import { checkOptions, type OptionNames } from '../runtime/options.js';
import { normalizeAxis, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { reshape } from './reshape.js';

export interface FlattenOptions {
  /** The first axis that is joined. Default 0. */
  readonly start?: number;
  /** The last axis that is joined. Default the last one. */
  readonly end?: number;
}

const NAMES: OptionNames<FlattenOptions> = { start: true, end: true };

/** Joins neighbouring axes into one, `start` and `end` included. A view where strides allow, else a copy. */
export function flatten(x: Tensor, options: FlattenOptions = {}): Tensor {
  checkOptions('flatten', options, NAMES);
  const { start = 0, end = -1 } = options;
  if (x.rank === 0) return reshape(x, [1]);
  const from = normalizeAxis('flatten', start, x.rank);
  const to = normalizeAxis('flatten', end, x.rank) + 1;
  return reshape(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to)), ...x.shape.slice(to)]);
}

export const row: OpRow = {
  name: 'flatten',
  family: 'view',
  summary: 'neighbouring axes joined into one',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
