/** Local response normalisation: windows that reach over the edges, strong and weak constants. */
import type { OpCase } from '../case.js';
import { casesFor, crop, literal, uniform, viewed } from './build.js';

const test = casesFor('localResponseNorm');
const strong = { alpha: 0.9, beta: 0.75, k: 2 };
const within = { mode: 'withinChannel' };

export const localResponseNormCases: OpCase[] = [
  test('AlexNet constants', [uniform([2, 7, 3, 2], 1, -20, 20)], { size: 5, alpha: 1e-4, beta: 0.75, k: 2 }),
  test('strong', [uniform([2, 7, 2, 3], 2)], { size: 5, ...strong }),
  test('even window', [uniform([1, 6, 2, 2], 3)], { size: 4, ...strong }),
  test('window of one', [uniform([1, 3, 2, 2], 4)], { size: 1, ...strong }),
  test('window above the channels', [uniform([1, 3, 2, 2], 5)], { size: 9, ...strong }),
  test('window of nine', [uniform([1, 14, 2, 3], 11)], { size: 9, ...strong }),
  test('window of eleven', [uniform([1, 13, 2, 2], 12)], { size: 11, ...strong }),
  test('one channel', [uniform([2, 1, 3, 3], 6)], { size: 5, ...strong }),
  test('beta 1', [uniform([1, 5, 2, 2], 7)], { size: 3, alpha: 0.5, beta: 1, k: 1 }),
  test('beta 0.5', [uniform([1, 5, 2, 2], 8)], { size: 3, alpha: 0.5, beta: 0.5, k: 1 }),
  test('zeros', [literal([1, 3, 1, 2], [0, 0, 0, 0, 0, 0])], { size: 3, ...strong }),
  test('no images', [uniform([0, 3, 2, 2], 9)], { size: 3, ...strong }),
  test('transposed view', [viewed(uniform([1, 4, 3, 5], 10), { permute: [0, 3, 2, 1] })], { size: 3, ...strong }),
  test('within: released ZF-5 constants', [uniform([1, 2, 5, 6], 21, -20, 20)], {
    ...within,
    size: 3,
    alpha: 5e-5,
    beta: 0.75,
  }),
  test('within: strong', [uniform([2, 2, 4, 5], 22)], { ...within, size: 3, ...strong }),
  test('within: 5x5', [uniform([1, 1, 6, 7], 23)], { ...within, size: 5, ...strong }),
  test('within: 11x11', [uniform([1, 1, 12, 5], 28)], { ...within, size: 11, ...strong }),
  test('within: window of one', [uniform([1, 2, 3, 3], 24)], { ...within, size: 1, ...strong }),
  test('within: window above the map', [uniform([1, 2, 2, 3], 25)], { ...within, size: 7, ...strong }),
  test('within: map of one cell', [uniform([2, 3, 1, 1], 26)], { ...within, size: 3, ...strong }),
  test('within: cropped view', [viewed(uniform([1, 2, 6, 6], 27), crop([0, 1], [0, 2], [1, 5], [2, 6]))], {
    ...within,
    size: 3,
    ...strong,
  }),
];
