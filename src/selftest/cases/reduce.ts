/** Reductions: every choice of axes, long lines, ties, NaN, nothing to reduce. */
import type { OpCase } from '../case.js';
import { casesFor, choice, crop, distinct, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

function common(op: string): OpCase[] {
  const test = casesFor(op);
  // Off centre: a sum near zero would say more of rounding than of the kernel.
  const x = (shape: number[], seed: number) => distinct(shape, seed, -1, 3);
  return [
    test('all axes', [x([3, 4, 5], 1)]),
    test('all axes, keepdim', [x([3, 4], 2)], { keepdim: true }),
    test('first axis', [x([5, 7], 3)], { axes: 0 }),
    test('last axis', [x([5, 7], 4)], { axes: -1 }),
    test('middle axis, keepdim', [x([3, 4, 5], 5)], { axes: 1, keepdim: true }),
    test('first and last', [x([3, 4, 5], 6)], { axes: [0, 2] }),
    test('batch and plane', [x([2, 3, 4, 5], 7)], { axes: [0, 2, 3] }),
    test('no axes', [x([3, 4], 8)], { axes: [] }, op === 'variance' ? 'none' : 'finite-difference'),
    test('axis of one', [x([4, 1, 3], 9)], { axes: 1 }, op === 'variance' ? 'none' : 'finite-difference'),
    test('line of 1,000', [distinct([2, 1000], 10, 0, 1)], { axes: 1 }, 'reference'),
    test('column of 300', [distinct([300, 3], 11, 0, 1)], { axes: 0 }, 'reference'),
    test('flat 5,003', [distinct([5003], 12, 0, 1)], {}, 'reference'),
    test('transposed view', [viewed(x([4, 6], 13), { transpose: [0, 1] })], { axes: 0 }),
    test('sliced view', [viewed(x([5, 6], 14), crop([1, 5], [2, 5]))], { axes: 1 }),
    test('no rows', [x([0, 3], 15)], { axes: 1 }, op === 'variance' ? 'none' : 'finite-difference'),
  ];
}

function extreme(op: 'max' | 'min'): OpCase[] {
  const test = casesFor(op);
  return [
    ...common(op),
    test('ties: the first element gets the gradient', [choice([4, 30], 21, [-1, 0, 1])], { axes: 1 }, 'reference'),
    test('ties over two axes', [choice([3, 4, 5], 22, [0, 1])], { axes: [0, 2] }, 'reference'),
    test('all equal', [literal([2, 3], [7, 7, 7, -7, -7, -7])], { axes: 1 }, 'reference'),
    test('far below zero', [distinct([3, 5], 23, -1e30, -1e29)], { axes: 1 }, 'reference'),
    test('infinities', [literal([3, 2], [-Infinity, -Infinity, Infinity, 1, -Infinity, 2])], { axes: 1 }, 'none'),
    test('NaN wins', [literal([3, 3], [1, NAN, 3, NAN, 0, 1, 1, 2, 3])], { axes: 1 }, 'none'),
    test('expanded view', [viewed(distinct([3, 1], 24), { expand: [3, 4] })], { axes: 0 }),
  ];
}

const sum = casesFor('sum');
const mean = casesFor('mean');
const variance = casesFor('variance');
const argmax = casesFor('argmax');

const argmin = casesFor('argmin');
const std = casesFor('std');
const prod = casesFor('prod');
const norm = casesFor('norm');
const logSumExp = casesFor('logSumExp');

/** Ops that are made of others, or short: the choices of axes, and what is theirs alone. */
const composed: OpCase[] = [
  argmin('last axis', [distinct([5, 9], 61)], { axis: -1 }, 'none'),
  argmin('flat, ties', [choice([6, 9], 62, [0, 1])], {}, 'none'),
  argmin('first NaN', [literal([2, 3], [5, NAN, -9, 1, -2, 3])], { axis: 1 }, 'none'),
  argmin('i32, keepdim', [integers([3, 4], 63, -9, 9)], { axis: 0, keepdim: true }, 'none'),
  std('middle axis, keepdim', [uniform([3, 4, 5], 64)], { axes: 1, keepdim: true }),
  std('population', [uniform([3, 6], 65)], { axes: 1, correction: 0 }),
  std('transposed view', [viewed(uniform([4, 6], 66), { transpose: [0, 1] })]),
  std('NaN', [literal([2, 2], [1, NAN, 2, 3])], { axes: 1 }, 'none'),
  prod('all axes', [uniform([2, 3, 2], 67, 0.5, 2)]),
  prod('middle axis, keepdim', [uniform([3, 4, 5], 68)], { axes: 1, keepdim: true }),
  prod('first and last', [uniform([2, 3, 4], 69)], { axes: [0, 2] }),
  prod('one zero, two zeros', [literal([3, 3], [0, 2, 3, 0, 0, 5, 1, 2, 3])], { axes: 1 }, 'reference'),
  prod('no elements is 1', [uniform([2, 0], 70)], { axes: 1 }),
  prod('line of 300', [uniform([2, 300], 71, 0.9, 1.1)], { axes: 1 }, 'reference'),
  prod('NaN and infinities', [literal([3, 2], [1, NAN, Infinity, 0, -Infinity, 2])], { axes: 1 }, 'none'),
  prod('i32 wraps around', [integers([3, 12], 72, -99, 99)], { axes: 1 }, 'none'),
  norm('Euclidean', [uniform([3, 4], 73)]),
  norm('rows', [uniform([3, 7], 74)], { axes: -1, keepdim: true }),
  norm('sum of magnitudes', [distinct([3, 6], 75)], { p: 1, axes: 1 }),
  norm('largest', [distinct([3, 6], 76, -3, 2)], { p: Infinity, axes: 1 }),
  norm('p 3', [distinct([4, 5], 77)], { p: 3, axes: 0 }),
  norm('NaN', [literal([2, 2], [1, NAN, 2, 3])], { axes: 1 }, 'none'),
  logSumExp('all axes', [uniform([3, 4], 78)]),
  logSumExp('middle axis, keepdim', [uniform([3, 4, 5], 79)], { axes: 1, keepdim: true }),
  logSumExp('exp would overflow', [uniform([3, 5], 80, 990, 1010)], { axes: 1 }, 'finite-difference', {
    forward: 2e-4,
    gradient: 2e-4,
  }),
  logSumExp('infinities', [literal([3, 2], [-Infinity, -Infinity, Infinity, 1, -Infinity, 2])], { axes: 1 }, 'none'),
  logSumExp('NaN', [literal([2, 2], [1, NAN, 2, 3])], { axes: 1 }, 'none'),
];

export const reduceCases: OpCase[] = [
  ...composed,
  ...common('sum'),
  sum('axis of no elements', [uniform([0, 3], 31)], { axes: 0 }),
  sum('i32', [integers([3, 7], 32, -50, 50)], { axes: 1 }, 'none'),
  sum('expanded view', [viewed(uniform([3, 1], 33), { expand: [3, 5] })], { axes: 1 }),
  sum('NaN', [literal([2, 2], [1, NAN, 2, 3])], { axes: 1 }, 'none'),
  ...common('mean'),
  mean('NaN', [literal([2, 2], [1, NAN, 2, 3])], { axes: 1 }, 'none'),
  ...common('variance'),
  variance('population', [uniform([3, 6], 41)], { axes: 1, correction: 0 }),
  variance('mean far from zero', [uniform([2, 50], 42, 999, 1001)], { axes: 1 }, 'reference'),
  variance('a million from zero', [choice([4096], 43, [1e6, 1e6 + 0.25, 1e6 + 0.5, 1e6 + 0.75])], {}, 'reference'),
  variance(
    'a million from zero, columns',
    [choice([1500, 2], 44, [-1e6, -1e6 - 0.25, -1e6 - 0.5])],
    { axes: 0 },
    'reference',
  ),
  variance('a constant a million from zero', [choice([777], 45, [1e6 + 0.1875])], {}, 'reference'),
  variance('constant', [literal([4], [3, 3, 3, 3])], {}, 'finite-difference'),
  variance('one element, population', [literal([2, 1], [3, 4])], { axes: 1, correction: 0 }, 'finite-difference'),
  ...extreme('max'),
  ...extreme('min'),
  argmax('flat', [distinct([3, 7], 51)], {}, 'none'),
  argmax('last axis', [distinct([5, 9], 52)], { axis: -1 }, 'none'),
  argmax('first axis, keepdim', [distinct([5, 9], 53)], { axis: 0, keepdim: true }, 'none'),
  argmax('middle axis', [distinct([3, 5, 4], 54)], { axis: 1 }, 'none'),
  argmax('ties: the first', [choice([6, 40], 55, [0, 1])], { axis: 1 }, 'none'),
  argmax('all -Infinity', [literal([1, 3], [-Infinity, -Infinity, -Infinity])], { axis: 1 }, 'none'),
  argmax('first NaN', [literal([2, 4], [5, NAN, 9, NAN, 1, 2, 3, NAN])], { axis: 1 }, 'none'),
  argmax('line of 1,000', [distinct([2, 1000], 56, -9, -1)], { axis: 1 }, 'none'),
  argmax('one class', [distinct([4, 1], 57)], { axis: 1 }, 'none'),
  argmax('transposed view', [viewed(distinct([4, 6], 58), { transpose: [0, 1] })], { axis: 1 }, 'none'),
];
