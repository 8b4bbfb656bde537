/** Comparisons (u32 0 or 1) and selection. */
import type { OpCase } from '../case.js';
import { comparisons } from '../reference/elementwise.js';
import { casesFor, choice, crop, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

function comparison(op: string): OpCase[] {
  const test = casesFor(op);
  return [
    test('ties', [choice([5, 7], 1, [-1, 0, 1]), choice([5, 7], 2, [-1, 0, 1])], {}, 'none'),
    test('[3,1] with [4]', [choice([3, 1], 3, [0, 1, 2]), choice([4], 4, [0, 1, 2])], {}, 'none'),
    test('number on the right', [choice([9], 5, [-0.5, 0.5, 1.5])], { right: 0.5 }, 'none'),
    test('number on the left', [choice([9], 6, [-0.5, 0.5, 1.5])], { left: 0.5 }, 'none'),
    test('NaN is unequal to everything', [literal([4], [NAN, NAN, 1, 1]), literal([4], [NAN, 1, NAN, 1])], {}, 'none'),
    test('infinities', [literal([3], [Infinity, -Infinity, 1]), literal([3], [Infinity, 1, Infinity])], {}, 'none'),
    test('i32', [integers([11], 7, -2, 2), integers([11], 8, -2, 2)], {}, 'none'),
    test('u32 above 2^31', [literal([2], [4e9, 1], 'u32'), literal([2], [1, 4e9], 'u32')], {}, 'none'),
    test(
      'transposed view',
      [viewed(choice([4, 3], 9, [0, 1]), { transpose: [0, 1] }), choice([3, 4], 10, [0, 1])],
      {},
      'none',
    ),
    test('no elements', [uniform([0, 2], 11), uniform([2], 12)], {}, 'none'),
  ];
}

const where = casesFor('where');

export const comparisonCases: OpCase[] = Object.keys(comparisons).flatMap(comparison);

const not = casesFor('logicalNot');
const nan = casesFor('isNaN');

export const questionCases: OpCase[] = [
  not('f32', [choice([3, 5], 1, [-1, 0, 1])], {}, 'none'),
  not('i32', [integers([7], 2, -1, 1)], {}, 'none'),
  not('u32, any bit counts as true', [literal([3], [0, 1, 2 ** 31], 'u32')], {}, 'none'),
  not('transposed view', [viewed(choice([3, 4], 3, [0, 1]), { transpose: [0, 1] })], {}, 'none'),
  nan('some', [choice([3, 5], 4, [NAN, 0, Infinity])], {}, 'none'),
  nan('sliced view', [viewed(choice([4, 5], 5, [NAN, 1]), crop([1, 3], [0, 4]))], {}, 'none'),
  nan('no elements', [uniform([0, 3], 6)], {}, 'none'),
];

export const whereCases: OpCase[] = [
  where('same shape', [integers([4, 5], 1, 0, 1, 'u32'), uniform([4, 5], 2), uniform([4, 5], 3)]),
  where('all broadcast', [integers([4, 1], 4, 0, 1, 'u32'), uniform([3], 5), uniform([2, 1, 1], 6)]),
  where('any bit counts as true', [literal([4], [0, 1, 2, 2 ** 31], 'u32'), uniform([4], 7), uniform([4], 8)]),
  where(
    'the other side may be NaN',
    [literal([2], [1, 0], 'u32'), literal([2], [1, NAN]), literal([2], [NAN, 2])],
    {},
    'none',
  ),
  where('views', [
    viewed(integers([3, 4], 9, 0, 1, 'u32'), { transpose: [0, 1] }),
    viewed(uniform([1, 3], 10), { expand: [4, 3] }),
    viewed(uniform([6, 3], 11), crop([2, 6], [0, 3])),
  ]),
];
