/** Softmax, log-softmax and cross-entropy: overflow, -Infinity, one class, ignored rows, smoothing. */
import type { OpCase } from '../case.js';
import { casesFor, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

function normalised(op: string): OpCase[] {
  const test = casesFor(op);
  return [
    test('rows', [uniform([4, 7], 1)]),
    test('first axis', [uniform([5, 3], 2)], { axis: 0 }),
    test('middle axis', [uniform([2, 5, 3], 3)], { axis: 1 }),
    test('one class', [uniform([3, 1], 4)]),
    test('one line', [uniform([6], 5)]),
    test('no rows', [uniform([0, 4], 6)]),
    test('line of 1,000', [uniform([2, 1000], 7, -5, 5)], {}, 'reference'),
    test('exp would overflow', [uniform([3, 5], 8, 990, 1010)], {}, 'finite-difference', {
      forward: 2e-4,
      gradient: 2e-4,
    }),
    test('exp would underflow', [uniform([3, 5], 9, -1010, -990)], {}, 'finite-difference', {
      forward: 2e-4,
      gradient: 2e-4,
    }),
    test('-Infinity masks a class', [literal([2, 3], [1, -Infinity, 2, -Infinity, 0, 0])], {}, 'none'),
    test('NaN spoils its row only', [literal([2, 2], [1, NAN, 1, 2])], {}, 'none'),
    test('transposed view', [viewed(uniform([5, 4], 10), { transpose: [0, 1] })]),
  ];
}

const ce = casesFor('crossEntropy');
const labels = (shape: number[], seed: number, classes: number) => integers(shape, seed, 0, classes - 1);

export const softmaxCases: OpCase[] = [...normalised('softmax'), ...normalised('logSoftmax')];

export const crossEntropyCases: OpCase[] = [
  ce('mean', [uniform([5, 7], 1), labels([5], 2, 7)]),
  ce('sum', [uniform([5, 7], 3), labels([5], 4, 7)], { reduction: 'sum' }),
  ce('none', [uniform([5, 7], 5), labels([5], 6, 7)], { reduction: 'none' }),
  ce('one row', [uniform([1, 3], 7), labels([1], 8, 3)]),
  ce('one class', [uniform([3, 1], 9), labels([3], 10, 1)]),
  ce('ignored rows', [uniform([5, 4], 11), literal([5], [0, -100, 3, -100, 1], 'i32')]),
  ce('ignored rows, none', [uniform([3, 4], 12), literal([3], [0, -100, 3], 'i32')], { reduction: 'none' }),
  ce('ignore index 2', [uniform([5, 4], 13), literal([5], [0, 2, 3, 2, 1], 'i32')], { ignoreIndex: 2 }),
  ce('all rows ignored, sum', [uniform([2, 4], 14), literal([2], [-100, -100], 'i32')], { reduction: 'sum' }),
  ce('all rows ignored, mean is NaN', [uniform([2, 4], 15), literal([2], [-100, -100], 'i32')], {}, 'none'),
  ce('label smoothing', [uniform([5, 7], 16), labels([5], 17, 7)], { labelSmoothing: 0.1 }),
  ce('label smoothing, sum', [uniform([4, 3], 18), labels([4], 19, 3)], { labelSmoothing: 0.3, reduction: 'sum' }),
  ce('label smoothing with ignored rows', [uniform([4, 3], 20), literal([4], [2, -100, 0, 1], 'i32')], {
    labelSmoothing: 0.2,
  }),
  ce('exp would overflow', [uniform([4, 5], 21, 990, 1010), labels([4], 22, 5)], {}, 'finite-difference', {
    forward: 2e-4,
    gradient: 2e-4,
  }),
  ce('sure and wrong', [literal([2, 2], [100, -100, -100, 100]), literal([2], [1, 1], 'i32')]),
  ce('64x1000', [uniform([64, 1000], 23, -3, 3), labels([64], 24, 1000)], {}, 'reference'),
  ce('more rows than a workgroup', [uniform([700, 3], 27), labels([700], 28, 3)], {}, 'reference'),
  ce('a label that is not a class spoils the loss', [uniform([3, 2], 29), literal([3], [0, 2, -1], 'i32')], {}, 'none'),
  ce('transposed logits', [viewed(uniform([6, 4], 25), { transpose: [0, 1] }), labels([4], 26, 6)]),
];
