/** Matrix products: tails of every tile, transposes, batches, bias, ReLU, long and empty inner axes, views. */
import type { OpCase } from '../case.js';
import { casesFor, crop, half, literal, uniform, viewed } from './build.js';

const test = casesFor('matmul');
const NAN = Number.NaN;
const relu = { activation: 'relu' };

/** Operands for [m,k] x [k,n] as the transposes want them stored. */
function operands(m: number, k: number, n: number, seed: number, transposeA = false, transposeB = false) {
  return [uniform(transposeA ? [k, m] : [m, k], seed, -1, 1), uniform(transposeB ? [n, k] : [k, n], seed + 1, -1, 1)];
}

/** The same as halves: rows of odd length begin in the middle of a word. */
const halves = (...sizes: Parameters<typeof operands>) => operands(...sizes).map(half);

export const matmulCases: OpCase[] = [
  test('1x1x1', operands(1, 1, 1, 1)),
  test('3x5x7', operands(3, 5, 7, 3)),
  test('row vector', operands(1, 6, 5, 5)),
  test('column vector', operands(6, 5, 1, 7)),
  test('outer product', operands(4, 1, 5, 9)),
  test('A transposed', operands(3, 5, 7, 11, true), { transposeA: true }),
  test('B transposed', operands(3, 5, 7, 13, false, true), { transposeB: true }),
  test('both transposed', operands(3, 5, 7, 15, true, true), { transposeA: true, transposeB: true }),
  test('bias', [...operands(4, 3, 6, 17), uniform([6], 19)]),
  test('bias and ReLU', [...operands(4, 3, 6, 20), uniform([6], 22)], relu),
  test('ReLU', operands(5, 4, 3, 23), relu),
  test('tails 17x33x9', operands(17, 33, 9, 25), {}, 'reference'),
  test(
    'tails 17x33x9, transposed, bias, ReLU',
    [...operands(17, 33, 9, 27, true, true), uniform([9], 29)],
    { ...relu, transposeA: true, transposeB: true },
    'reference',
  ),
  test('tiles 64x64x64', operands(64, 64, 64, 30), {}, 'reference'),
  test('tails 130x70x65', operands(130, 70, 65, 32), {}, 'reference'),
  test('65x64x130, bias, ReLU', [...operands(65, 64, 130, 81), uniform([130], 83)], relu, 'reference'),
  test('33x65x1', operands(33, 65, 1, 84), {}, 'reference'),
  test('1x130x64', operands(1, 130, 64, 86), {}, 'reference'),
  test('128x128x128 with bias', [...operands(128, 128, 128, 34), uniform([128], 36)], {}, 'reference'),
  test('long inner axis 5x1000x3', operands(5, 1000, 3, 37), {}, 'reference'),
  test('long inner axis, B transposed', operands(4, 777, 5, 39, false, true), { transposeB: true }, 'reference'),
  test('long inner axis, A transposed', operands(4, 777, 5, 41, true), { transposeA: true }, 'reference'),
  test('wide 2x16x300', operands(2, 16, 300, 43), {}, 'reference'),
  test('tall 300x16x2', operands(300, 16, 2, 45), {}, 'reference'),
  test('batch of 2', [uniform([2, 3, 4], 47), uniform([2, 4, 5], 48)]),
  test('batch broadcast', [uniform([2, 1, 3, 4], 49), uniform([3, 4, 2], 50)]),
  test('one matrix for the whole batch', [uniform([3, 2, 4], 51), uniform([4, 5], 52)]),
  test('one matrix for the whole batch, all transposed', [uniform([3, 4, 2], 71), uniform([5, 4], 72)], {
    transposeA: true,
    transposeB: true,
  }),
  test('one matrix for two batch axes', [uniform([2, 3, 2, 4], 73), uniform([1, 1, 4, 3], 74)]),
  test('one left matrix for the whole batch', [uniform([6, 5], 75), uniform([3, 5, 2], 76)]),
  test('one left matrix for the whole batch, transposed', [uniform([5, 6], 77), uniform([3, 2, 5], 78)], {
    transposeA: true,
    transposeB: true,
  }),
  test('one small left matrix for the whole batch', [uniform([2, 3], 79), uniform([4, 3, 7], 80)]),
  test('batch, B transposed, bias', [uniform([2, 3, 4], 53), uniform([2, 5, 4], 54), uniform([5], 55)], {
    transposeB: true,
  }),
  test('no inner axis gives zeros', operands(3, 0, 2, 56)),
  test('no rows', operands(0, 3, 2, 58)),
  test('no rows, bias and ReLU', [...operands(0, 3, 2, 60), uniform([2], 62)], relu),
  test('transposed views', [
    viewed(uniform([5, 3], 63), { transpose: [0, 1] }),
    viewed(uniform([4, 5], 64), { transpose: [0, 1] }),
  ]),
  test('sliced views', [
    viewed(uniform([5, 8], 65), crop([1, 4], [2, 7])),
    viewed(uniform([6, 4], 66), crop([1, 6], [0, 3])),
  ]),
  test('expanded batch', [viewed(uniform([1, 3, 4], 67), { expand: [3, 3, 4] }), uniform([3, 4, 2], 68)]),
  test('permuted batch', [viewed(uniform([3, 2, 4], 69), { permute: [1, 0, 2] }), uniform([2, 4, 3], 70)]),
  test('f16, 3x5x7', halves(3, 5, 7, 90), {}, 'reference'),
  test(
    'f16, 33x66x65, both transposed, bias, ReLU',
    [...halves(33, 66, 65, 98, true, true), uniform([65], 100)],
    { ...relu, transposeA: true, transposeB: true },
    'reference',
  ),
  test('f16, 12x8x20, in place', halves(12, 8, 20, 101), {}, 'reference'),
  test('f16, 130x19x65, tiles in both directions', halves(130, 19, 65, 115), {}, 'reference'),
  test('f16, long inner axis 5x1001x3', halves(5, 1001, 3, 103), {}, 'reference'),
  test(
    'f16, one matrix for the whole batch',
    [uniform([3, 5, 3], 105), uniform([3, 7], 106)].map(half),
    {},
    'reference',
  ),
  test(
    'f16, views that begin inside a word',
    [
      viewed(half(uniform([5, 7], 109)), crop([1, 4], [1, 6])),
      viewed(half(uniform([3, 5], 110)), { transpose: [0, 1] }),
    ],
    {},
    'reference',
  ),
  test('f16, no rows', halves(0, 3, 3, 113), {}, 'reference'),
  {
    ...test(
      'f16, ends of the range; sums go beyond them',
      [
        literal([3, 3], [65504, -65504, 2 ** -24, NAN, 1, 2, Infinity, 3, -5], 'f16'),
        literal([3, 3], [65504, 1, 2 ** -14, 65504, -1, 2 ** -24, -2, 65504, 1], 'f16'),
      ],
      {},
      'none',
    ),
    special: true,
  },
];
