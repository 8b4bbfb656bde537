/** Losses: each way to reduce, each side of a bend, ignored and foreign labels, NaN. */
import type { OpCase } from '../case.js';
import { pairLosses } from '../reference/losses.js';
import { casesFor, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

function common(op: string): OpCase[] {
  const test = casesFor(op);
  const divergence = op === 'klDivLoss';
  const targets = (shape: number[], seed: number) =>
    divergence || op === 'focalLoss' ? uniform(shape, seed, 0.05, 0.95) : uniform(shape, seed);
  // The gradient of focalLoss goes to its input only.
  const gradient = op === 'focalLoss' ? 'reference' : 'finite-difference';
  return [
    test('mean', [uniform([3, 5], 1), targets([3, 5], 2)], {}, gradient),
    test('sum', [uniform([7], 3), targets([7], 4)], { reduction: 'sum' }, gradient),
    test('none', [uniform([2, 3, 2], 5), targets([2, 3, 2], 6)], { reduction: 'none' }, gradient),
    test('NaN', [literal([2], [NAN, 1]), literal([2], [1, 0])], { reduction: 'none' }, 'none'),
    test('view', [viewed(uniform([4, 3], 7), { transpose: [0, 1] }), targets([3, 4], 8)], {}, gradient),
  ];
}

const l1 = casesFor('l1Loss');
const huber = casesFor('huberLoss');
const smooth = casesFor('smoothL1Loss');
const kl = casesFor('klDivLoss');
const focal = casesFor('focalLoss');
const nll = casesFor('nllLoss');
const bend = [literal([5], [-3, -1, 0, 0.25, 2]), literal([5], [0, 0, 0, 0, 0])];

export const lossCases: OpCase[] = [
  ...Object.keys(pairLosses).flatMap(common),
  l1('equal', [literal([2], [1, 2]), literal([2], [1, 2])], {}, 'none'),
  huber('on both sides of the bend', bend, { delta: 0.5, reduction: 'none' }),
  smooth('on both sides of the bend', bend, { beta: 0.5, reduction: 'none' }),
  smooth('beta 0', [uniform([6], 11), uniform([6], 12)], { beta: 0 }),
  kl(
    'batch mean, a target of 0',
    [uniform([2, 3], 13), literal([2, 3], [0, 0.25, 0.75, 1, 0, 0])],
    { reduction: 'batchMean' },
    'none',
  ),
  kl('targets in logarithms', [uniform([2, 3], 14), uniform([2, 3], 15)], { logTarget: true, reduction: 'sum' }),
  focal(
    'without weights, cross-entropy',
    [uniform([3, 4], 16), literal([3, 4], [1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1])],
    { alpha: -1, gamma: 0 },
    'reference',
  ),
  focal(
    'sure and wrong',
    [literal([4], [-40, 40, -40, 40]), literal([4], [0, 1, 1, 0])],
    { reduction: 'none' },
    'none',
  ),
  nll('mean', [uniform([5, 4], 21), integers([5], 22, 0, 3)]),
  nll('sum', [uniform([5, 4], 23), integers([5], 24, 0, 3)], { reduction: 'sum' }),
  nll('ignored rows', [uniform([4, 3], 25), literal([4], [0, -100, 2, -100], 'i32')]),
  nll('ignored rows, none', [uniform([3, 3], 26), literal([3], [0, 1, 2], 'i32')], {
    ignoreIndex: 1,
    reduction: 'none',
  }),
  nll('weights', [uniform([5, 3], 27), uniform([3], 28, 0.5, 2), integers([5], 29, 0, 2)], {}, 'none'),
  nll('a label that is not a class', [uniform([3, 2], 30), literal([3], [0, 2, -1], 'i32')], {}, 'none'),
  nll('all rows ignored, mean is NaN', [uniform([2, 2], 31), literal([2], [-100, -100], 'i32')], {}, 'none'),
];
