/** Transposed convolutions: stride, padding, dilation, groups, output padding. */
import type { OpCase } from '../case.js';
import { casesFor, uniform, viewed } from './build.js';

const test = casesFor('convTranspose2d');
const inputs = (x: number[], w: number[], seed: number) => [uniform(x, seed, -1, 1), uniform(w, seed + 1, -1, 1)];

export const convTranspose2dCases: OpCase[] = [
  test('plain', inputs([1, 2, 3, 4], [2, 3, 3, 3], 1)),
  test('bias', [...inputs([2, 3, 3, 3], [3, 2, 2, 2], 4), uniform([2], 6)], { stride: 2 }),
  test('stride, padding, output padding', inputs([1, 2, 3, 4], [2, 2, 3, 3], 7), {
    stride: 2,
    padding: 1,
    outputPadding: 1,
  }),
  test('oblong', inputs([1, 2, 3, 3], [2, 2, 2, 3], 10), {
    stride: [2, 3],
    padding: [0, 1],
    dilation: [2, 1],
    outputPadding: [0, 2],
  }),
  test('groups', inputs([2, 4, 3, 3], [4, 3, 3, 3], 13), { groups: 2, stride: 2 }),
  test('depthwise', inputs([1, 3, 4, 4], [3, 1, 3, 3], 16), { groups: 3, padding: 1 }),
  test('one cell', inputs([1, 5, 1, 1], [5, 2, 4, 4], 19), { stride: 4 }),
  test('no images', inputs([0, 2, 3, 3], [2, 2, 2, 2], 22), {}, 'none'),
  test('transposed view', [
    viewed(uniform([1, 2, 4, 3], 25), { transpose: [2, 3] }),
    viewed(uniform([3, 2, 2, 2], 26), { transpose: [0, 1] }),
  ]),
];
