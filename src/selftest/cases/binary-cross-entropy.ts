/** Binary cross-entropy of logits: large logits on the right and on the wrong side, soft targets, weights of zero, NaN. */
import type { OpCase } from '../case.js';
import { casesFor, choice, crop, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;
const test = casesFor('binaryCrossEntropyWithLogits');
const answers = (shape: number[], seed: number) => choice(shape, seed, [0, 1]);
const soft = (shape: number[], seed: number) => uniform(shape, seed, 0, 1);

export const binaryCrossEntropyCases: OpCase[] = [
  test('mean', [uniform([4, 5], 1), answers([4, 5], 2)]),
  test('sum', [uniform([4, 5], 3), answers([4, 5], 4)], { reduction: 'sum' }),
  test('none', [uniform([4, 5], 5), answers([4, 5], 6)], { reduction: 'none' }),
  test('soft targets', [uniform([3, 7], 7), soft([3, 7], 8)], { reduction: 'none' }),
  test('weights', [uniform([3, 6], 9), soft([3, 6], 10), uniform([3, 6], 11, 0, 3)]),
  test('weights, sum', [uniform([3, 5], 12), answers([3, 5], 13), choice([3, 5], 14, [0, 1])], { reduction: 'sum' }),
  test('weights, none', [uniform([3, 5], 15), soft([3, 5], 16), choice([3, 5], 17, [0, 1])], { reduction: 'none' }),
  test('every weight is zero', [uniform([2, 3], 18), answers([2, 3], 19), literal([2, 3], [0, 0, 0, 0, 0, 0])]),
  test('a single logit', [literal([], [0.5]), literal([], [1])]),
  test('four axes', [uniform([2, 3, 2, 3], 20), soft([2, 3, 2, 3], 21)], { reduction: 'none' }),
  test('no elements, sum', [uniform([0, 4], 22), uniform([0, 4], 23)], { reduction: 'sum' }),
  test('the mean over no elements is NaN', [uniform([0, 4], 24), uniform([0, 4], 25)], {}, 'none'),
  test('at zero', [literal([3], [0, 0, -0]), literal([3], [0, 1, 0.5])], { reduction: 'none' }, 'reference'),
  test(
    'exp would overflow, right and wrong',
    [literal([4], [1000, -1000, 1000, -1000]), literal([4], [1, 0, 0, 1])],
    { reduction: 'none' },
    'reference',
  ),
  test(
    'the largest floats',
    [literal([4], [3e38, -3e38, 3e38, -3e38]), literal([4], [1, 0, 0, 1])],
    { reduction: 'none' },
    'none',
  ),
  // Scaled up, so that a loss of e^-12 that was rounded away would show.
  test(
    'small losses of sure logits',
    [literal([6], [8, -8, 12, -12, 16, -16]), literal([6], [1, 0, 1, 0, 1, 0]), literal([6], Array(6).fill(1e5))],
    { reduction: 'none' },
  ),
  test(
    'an infinite logit on the wrong side',
    [literal([2], [Infinity, -Infinity]), literal([2], [0, 1])],
    { reduction: 'none' },
    'none',
  ),
  test(
    'NaN spoils its element only',
    [literal([4], [1, NAN, 1, 2]), literal([4], [1, 1, NAN, 0])],
    { reduction: 'none' },
    'none',
  ),
  test('NaN spoils the mean', [literal([3], [1, NAN, 2]), literal([3], [1, 0, 1])], {}, 'none'),
  test('more than a workgroup', [uniform([70, 19], 26), answers([70, 19], 27)], {}, 'reference'),
  test('transposed logits, sliced targets', [
    viewed(uniform([5, 3], 28), { transpose: [0, 1] }),
    viewed(soft([4, 7], 29), crop([1, 4], [1, 6])),
  ]),
];
