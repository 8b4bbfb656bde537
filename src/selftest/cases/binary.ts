/** Two-argument arithmetic: broadcasting, numbers beside tensors, integers, ties, views. */
import type { CaseInput, OpCase } from '../case.js';
import { type BinaryReference, binaryOps } from '../reference/elementwise.js';
import { casesFor, choice, crop, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

/** Shapes that every op goes through. */
function common(op: string, { positive = [] }: BinaryReference): OpCase[] {
  const test = casesFor(op);
  const [a, b] = [drawn(positive.includes('left')), drawn(positive.includes('right'))];
  return [
    test('same shape', [a([3, 5], 1), b([3, 5], 2)]),
    test('[4,1,3] with [5,1]', [a([4, 1, 3], 3), b([5, 1], 4)]),
    test('row vector', [a([4, 6], 5), b([6], 6)]),
    test('column vector first', [a([4, 1], 7), b([4, 6], 8)]),
    test('scalar tensor', [a([2, 3], 9), b([], 10)]),
    test('no elements', [a([0, 3], 11), b([1, 3], 12)]),
    test('number on the right', [a([2, 5], 13)], { right: 1.5 }),
    test('number on the left', [b([2, 5], 14)], { left: 1.5 }),
    test('tail of 1,027', [a([1027], 15), b([1027], 16)], {}, 'reference'),
    test('transposed and sliced views', [
      viewed(a([5, 4], 17), { transpose: [0, 1] }),
      viewed(b([6, 5], 18), crop([1, 5], [0, 5])),
    ]),
    test('expanded view', [viewed(a([1, 4], 19), { expand: [3, 4] }), b([3, 4], 20)]),
    test('five axes', [a([2, 1, 3, 1, 2], 21), b([1, 2, 1, 2, 1], 22)]),
  ];
}

const drawn =
  (positive: boolean) =>
  (shape: readonly number[], seed: number): CaseInput =>
    positive ? uniform(shape, seed, 0.4, 2.5) : uniform(shape, seed);

/** i32 and u32. */
function integral(op: string, { positive = [] }: BinaryReference): OpCase[] {
  const test = casesFor(op);
  const smallestRight = positive.includes('right') ? 1 : -9;
  return [
    test('i32', [integers([4, 5], 31, -50, 50), integers([5], 32, smallestRight, 9)], {}, 'none'),
    test('u32', [integers([7], 33, 60, 99, 'u32'), integers([7], 34, 1, 50, 'u32')], {}, 'none'),
  ];
}

const extreme = (op: 'maximum' | 'minimum'): OpCase[] => {
  const test = casesFor(op);
  const nans = [literal([4], [NAN, 1, NAN, -Infinity]), literal([4], [0, NAN, NAN, Infinity])];
  return [
    test(
      'ties go to the first argument',
      [choice([20], 41, [-1, 0, 1]), choice([20], 42, [-1, 0, 1])],
      {},
      'reference',
    ),
    test('NaN on either side', nans, {}, 'none'),
  ];
};

const div = casesFor('div');
const pow = casesFor('pow');

export const binaryCases: OpCase[] = [
  ...Object.entries(binaryOps).flatMap(([op, entry]) => [...common(op, entry), ...integral(op, entry)]),
  div('by zero', [literal([4], [1, -1, 0, NAN]), literal([4], [0, 0, 0, 1])], {}, 'none'),
  pow('negative base, square', [uniform([3, 4], 51)], { right: 2 }),
  pow('negative base, cube', [uniform([3, 4], 52)], { right: 3 }),
  pow('negative base, reciprocal', [uniform([8], 53, -2, -0.5)], { right: -1 }),
  pow('negative base, integer tensor', [literal([4], [-2, -1.5, -3, 2]), literal([4], [2, 3, 0, -2])], {}, 'none'),
  pow('negative base, fraction', [literal([2], [-2, -1])], { right: 0.5 }, 'none'),
  pow('i32 of small powers', [integers([4, 3], 54, -6, 6), integers([3], 55, 0, 5)], {}, 'none'),
  pow('u32 of small powers', [integers([7], 56, 0, 9, 'u32'), integers([7], 57, 0, 6, 'u32')], {}, 'none'),
  pow('zero base', [literal([3], [0, 0, 0]), literal([3], [0, 1, 2.5])], {}, 'reference'),
  pow('square at zero', [literal([3], [-1, 0, 1])], { right: 2 }),
  ...extreme('maximum'),
  ...extreme('minimum'),
];
