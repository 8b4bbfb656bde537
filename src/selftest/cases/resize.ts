/** Resizes: up, down, unchanged, from and to one cell. */
import type { OpCase } from '../case.js';
import { casesFor, literal, uniform, viewed } from './build.js';

const test = casesFor('resizeBilinear');

export const resizeBilinearCases: OpCase[] = [
  test('twice as large', [uniform([1, 2, 3, 4], 1)], { size: [6, 8] }),
  test('half', [uniform([1, 2, 6, 8], 2)], { size: [3, 4] }),
  test('up by no whole factor', [uniform([2, 1, 3, 5], 3)], { size: [7, 8] }),
  test('down by no whole factor', [uniform([1, 2, 7, 9], 4)], { size: [5, 4] }),
  test('far down, most cells unread', [uniform([1, 1, 12, 12], 5)], { size: [2, 3] }),
  test('up and down', [uniform([1, 2, 4, 7], 6)], { size: [9, 3] }),
  test('unchanged', [uniform([1, 2, 3, 4], 7)], { size: [3, 4] }),
  test('from one cell', [uniform([2, 2, 1, 1], 8)], { size: [3, 4] }),
  test('to one cell', [uniform([1, 2, 4, 5], 9)], { size: [1, 1] }),
  test('one row', [uniform([1, 1, 1, 6], 10)], { size: [3, 9] }),
  test('transposed view', [viewed(uniform([1, 2, 4, 3], 11), { transpose: [2, 3] })], { size: [5, 6] }),
];

const nearest = casesFor('resizeNearest');
const cubic = casesFor('resizeBicubic');
const NAN = Number.NaN;

const common = (test: typeof nearest): OpCase[] => [
  test('twice as large', [uniform([1, 2, 3, 4], 1)], { size: [6, 8] }),
  test('up by no whole factor', [uniform([2, 1, 3, 5], 3)], { size: [7, 8] }),
  test('down by no whole factor', [uniform([1, 2, 7, 9], 4)], { size: [5, 4] }),
  test('far down, most cells unread', [uniform([1, 1, 12, 12], 5)], { size: [2, 3] }),
  test('unchanged', [uniform([1, 2, 3, 4], 7)], { size: [3, 4] }),
  test('from one cell', [uniform([2, 2, 1, 1], 8)], { size: [3, 4] }),
  test('to one cell', [uniform([1, 2, 4, 5], 9)], { size: [1, 1] }),
  test('transposed view', [viewed(uniform([1, 2, 4, 3], 11), { transpose: [2, 3] })], { size: [5, 6] }),
];

export const resizeNearestCases: OpCase[] = [
  ...common(nearest),
  nearest('NaN stays where it is', [literal([1, 1, 1, 3], [1, NAN, Infinity])], { size: [1, 7] }, 'none'),
];
export const resizeBicubicCases = common(cubic);
