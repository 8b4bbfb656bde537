/** Batch, layer and group normalisation: own and given statistics, with and without weights, one cell, means far from 0. */
import type { OpCase } from '../case.js';
import { casesFor, choice, literal, uniform, viewed } from './build.js';

const batch = casesFor('batchNorm');
const layer = casesFor('layerNorm');
const group = casesFor('groupNorm');
const NAN = Number.NaN;
/** A million from zero: f32 holds the values, and hardly their mean. */
const far = (shape: number[], seed: number) => choice(shape, seed, [1e6, 1e6 + 0.25, 1e6 + 0.5, 1e6 + 0.75]);
const positive = (shape: number[], seed: number) => uniform(shape, seed, 0.5, 2);

export const batchNormCases: OpCase[] = [
  batch('maps', [uniform([2, 3, 2, 3], 1), uniform([3], 2), uniform([3], 3)]),
  batch('maps in vectors', [uniform([2, 2, 2, 4], 4), uniform([2], 5), uniform([2], 6)]),
  batch('vectors', [uniform([5, 3], 7), uniform([3], 8), uniform([3], 9)]),
  batch('without weights', [uniform([3, 2, 2, 2], 10)], { eps: 1e-3 }),
  batch('mean far from 0', [uniform([4, 2, 3, 3], 11, 999, 1001), uniform([2], 12), uniform([2], 13)], {}, 'none'),
  batch('a million from zero', [far([4, 2, 3, 5], 27), uniform([2], 28), uniform([2], 29)], {}, 'none'),
  batch('a constant channel', [literal([2, 1, 1, 2], [3, 3, 3, 3]), uniform([1], 14), uniform([1], 15)], {}, 'none'),
  batch('NaN spoils its channel', [literal([2, 2], [1, NAN, 2, 3])], {}, 'none'),
  batch(
    'given statistics',
    [uniform([2, 3, 2, 2], 16), uniform([3], 17), uniform([3], 18), uniform([3], 19), positive([3], 20)],
    {},
    'none',
  ),
  batch('transposed view', [
    viewed(uniform([2, 3, 3, 2], 21), { transpose: [1, 2] }),
    uniform([3], 22),
    uniform([3], 23),
  ]),
  batch('no images', [uniform([0, 2, 3, 3], 24), uniform([2], 25), uniform([2], 26)], {}, 'none'),
];

export const layerNormCases: OpCase[] = [
  layer('rows', [uniform([3, 5], 1), uniform([5], 2), uniform([5], 3)]),
  layer('two axes', [uniform([2, 3, 4], 4), uniform([3, 4], 5), uniform([3, 4], 6)]),
  layer('two axes without weights', [uniform([2, 2, 3], 7)], { axes: 2, eps: 1e-2 }),
  layer('a million from zero', [far([3, 47], 11), uniform([47], 12), uniform([47], 13)], {}, 'none'),
  layer('NaN spoils its row', [literal([2, 2], [1, NAN, 2, 3])], {}, 'none'),
  layer('transposed view', [viewed(uniform([4, 3], 8), { transpose: [0, 1] }), uniform([4], 9), uniform([4], 10)]),
];

export const groupNormCases: OpCase[] = [
  group('two groups', [uniform([2, 4, 2, 2], 1), uniform([4], 2), uniform([4], 3)], { groups: 2 }),
  group('one group', [uniform([2, 3, 3], 4), uniform([3], 5), uniform([3], 6)], { groups: 1 }),
  group('a million from zero', [far([2, 4, 3, 3], 8), uniform([4], 9), uniform([4], 10)], { groups: 2 }, 'none'),
  group('a group per channel, without weights', [uniform([2, 3, 5], 7)], { groups: 3 }),
];
