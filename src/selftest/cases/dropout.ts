/** Dropout: the very mask, not only its frequency; probabilities of all and nothing, large seeds, tails. */
import type { OpCase } from '../case.js';
import { casesFor, crop, uniform, viewed } from './build.js';

const test = casesFor('dropout');
const x = (shape: number[], seed: number) => uniform(shape, seed, 1, 3);

export const dropoutCases: OpCase[] = [
  test('half', [x([9, 11], 1)], { seed: 7 }),
  test('p = 0.1', [x([64], 2)], { p: 0.1, seed: 8 }),
  test('p = 0', [x([13], 3)], { p: 0, seed: 9 }),
  test('p = 1', [x([13], 4)], { p: 1, seed: 10 }),
  test('one element', [x([1], 5)], { seed: 11 }),
  test('no elements', [x([0, 3], 6)], { seed: 12 }),
  test('offset of 1,000 blocks', [x([21], 7)], { seed: 13, offset: 1000 }),
  test('seed and offset above 2^32', [x([30], 8)], { seed: 2 ** 40 + 5, offset: 2 ** 32 - 3 }),
  test('evaluation passes everything', [x([10], 9)], { p: 0.9, seed: 14, training: false }),
  test('transposed view', [viewed(x([5, 6], 10), { transpose: [0, 1] })], { seed: 15 }),
  test('cropped view', [viewed(x([5, 6], 11), crop([1, 4], [2, 6]))], { seed: 16 }),
];
