/**
 * Every op that computes, over a grid of the values that arithmetic treats apart: NaN, infinities, both zeros, denormals,
 * negatives, and numbers whose squares leave the range. Drivers differ most here: a fault is a number where NaN belongs.
 */
import type { CaseInput, OpCase } from '../case.js';
import { binaryOps, comparisons, questions, unaryOps } from '../reference/elementwise.js';
import { casesFor, literal } from './build.js';

const { NaN: NAN } = Number;

/** The grid of one argument. Denormals may count as zeros (`OpCase.special`). */
const POINTS = [
  NAN,
  Infinity,
  -Infinity,
  0,
  -0,
  1e-40,
  -1e-40,
  1e-30,
  -1e-30,
  0.5,
  -0.5,
  1,
  -1,
  2.5,
  -2.5,
  1e30,
  -1e30,
];
/** Rather fewer, for ops of two arguments: all pairs of them are tried. */
const OPERANDS = [NAN, Infinity, -Infinity, 0, -0, 1e-40, 0.5, 1, -1, -2, 3, 1e30, -1e30];
const EXPONENTS = [...OPERANDS.filter((value) => value !== 1e-40), -0.5, 2, 2.5, -2.5, -3];
/** For rows of three: all triples. */
const FEW = [NAN, Infinity, -Infinity, -0, -1, 1e30];
/** The same for squares, which must stay in range. */
const SMALL = [NAN, Infinity, -Infinity, -0, -1, 8];

const REDUCTIONS = ['sum', 'mean', 'variance', 'max', 'min'];

function special(
  op: string,
  name: string,
  inputs: CaseInput[],
  attrs: Record<string, unknown> = {},
  gradient: OpCase['gradient'] = 'reference',
): OpCase {
  return { ...casesFor(op)(`grid of special values${name}`, inputs, attrs, gradient), special: true };
}

/** All combinations of one value from each list, a row each. */
function combinations(...lists: (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])), [[]]);
}

/** Combinations as one tensor for each list. */
const columnsOf = (rows: number[][]): CaseInput[] =>
  rows[0]!.map((_, column) =>
    literal(
      [rows.length],
      rows.map((row) => row[column]!),
    ),
  );

const rowsOf = (rows: number[][]): CaseInput => literal([rows.length, rows[0]!.length], rows.flat());

/** All pairs: dense, broadcast both ways (in whole vectors and not), and beside a plain number. */
function pairs(op: string, gradient: OpCase['gradient']): OpCase[] {
  const right = op === 'pow' ? EXPONENTS : OPERANDS;
  const column = literal([OPERANDS.length, 1], OPERANDS);
  return [
    special(op, '', columnsOf(combinations(OPERANDS, right)), {}, gradient),
    special(op, ', broadcast', [column, literal([right.length], right)], {}, 'none'),
    special(op, ', broadcast in vectors', [column, literal([8], right.slice(-8))], {}, 'none'),
    ...[NAN, Infinity, 0, -0.5].map((value) =>
      special(op, `, ${value} on the right`, [literal([OPERANDS.length], OPERANDS)], { right: value }, 'none'),
    ),
  ];
}

const triples = combinations(FEW, FEW, FEW);
const smallTriples = combinations(SMALL, SMALL, SMALL);
const labels = triples.map((_, row) => row % 3);
const answers = combinations(POINTS, [0, 0.5, 1, NAN], [1, 0]);

/** A special value among ordinary ones, so that what it does to its neighbours shows; the scale's constant may be 0. */
const neighbours = POINTS.flatMap((value) => [1, -0.5, value, 0.25, 2]);
const map = literal([POINTS.length, 5, 1, 1], neighbours);
const square = literal([1, POINTS.length, 1, 5], neighbours);
const zeros = literal([1, 5, 1, 2], [0, 0, 0, 0, 0, 1, 0, -2, 0, 0]);
const normalise = { size: 3, alpha: 0.5, beta: 0.75, k: 2 };
const withoutConstant = { ...normalise, k: 0 };

export const specialValueCases: OpCase[] = [
  ...Object.entries(unaryOps).map(([op, { options, within = Infinity }]) => {
    const points = POINTS.filter((x) => !(Math.abs(x) > within && Number.isFinite(x)));
    return special(op, '', [literal([points.length], points)], { ...options });
  }),
  ...Object.keys(questions).map((op) => special(op, '', [literal([POINTS.length], POINTS)], {}, 'none')),
  ...Object.keys(binaryOps).flatMap((op) => pairs(op, 'reference')),
  ...Object.keys(comparisons).flatMap((op) => pairs(op, 'none')),
  ...REDUCTIONS.flatMap((op) => {
    const rows = op === 'variance' ? smallTriples : triples;
    return [
      special(op, '', [rowsOf(rows)], { axes: 1 }),
      special(
        op,
        ', down columns',
        [
          literal(
            [1, 3, rows.length],
            columnsOf(rows).flatMap((x) => x.values as number[]),
          ),
        ],
        {
          axes: 1,
        },
      ),
    ];
  }),
  special('argmax', '', [rowsOf(triples)], { axis: 1 }, 'none'),
  special('softmax', '', [rowsOf(triples)]),
  special('logSoftmax', '', [rowsOf(triples)]),
  ...['none', 'mean'].map((reduction) =>
    special(
      'crossEntropy',
      `, ${reduction}`,
      [rowsOf(triples), literal([triples.length], labels, 'i32')],
      { reduction },
      reduction === 'none' ? 'reference' : 'none',
    ),
  ),
  special(
    'crossEntropy',
    ', ignored rows',
    [
      rowsOf(triples),
      literal(
        [triples.length],
        labels.map((label) => (label === 1 ? -100 : label)),
        'i32',
      ),
    ],
    { reduction: 'none' },
  ),
  special('crossEntropy', ', smoothed labels', [rowsOf(triples), literal([triples.length], labels, 'i32')], {
    reduction: 'none',
    labelSmoothing: 0.25,
  }),
  special('binaryCrossEntropyWithLogits', '', columnsOf(answers).slice(0, 2), { reduction: 'none' }),
  special('binaryCrossEntropyWithLogits', ', weighted', columnsOf(answers), { reduction: 'none' }),
  special('localResponseNorm', '', [map], normalise),
  special('localResponseNorm', ', without a constant', [map], withoutConstant),
  special('localResponseNorm', ', zeros without a constant', [zeros], withoutConstant),
  special('localResponseNorm', ', within', [square], { ...normalise, mode: 'withinChannel' }),
  special('localResponseNorm', ', within, without a constant', [square], { ...withoutConstant, mode: 'withinChannel' }),
];
