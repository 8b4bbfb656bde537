/** Adaptive pooling: bins that divide, overlap, repeat; maps smaller than the grid. */
import type { CaseInput, OpCase } from '../case.js';
import { casesFor, choice, distinct, literal, uniform, viewed } from './build.js';

function geometry(op: string, x: (shape: number[], seed: number) => CaseInput): OpCase[] {
  const test = casesFor(op);
  return [
    test('6x6 to 3x3, dividing', [x([1, 2, 6, 6], 1)], { outputSize: 3 }),
    test('13x13 to 6x6, overlapping', [x([1, 1, 13, 13], 2)], { outputSize: 6 }),
    test('10x10 to 6x6', [x([1, 1, 10, 10], 3)], { outputSize: 6 }),
    test('5x7 to 2x3', [x([2, 2, 5, 7], 4)], { outputSize: [2, 3] }),
    test('global', [x([2, 3, 4, 5], 5)], { outputSize: 1 }),
    test('same size', [x([1, 2, 3, 4], 6)], { outputSize: [3, 4] }),
    test('grid larger than the map', [x([1, 2, 2, 3], 7)], { outputSize: [5, 4] }),
    test('map of one cell', [x([2, 2, 1, 1], 8)], { outputSize: 3 }),
    test('one row', [x([1, 2, 1, 9], 9)], { outputSize: [1, 4] }),
    test('no images', [x([0, 2, 4, 4], 10)], { outputSize: 2 }),
    test('transposed view', [viewed(x([1, 2, 5, 4], 11), { transpose: [2, 3] })], { outputSize: 3 }),
  ];
}

const max = casesFor('adaptiveMaxPool2d');

export const adaptivePool2dCases: OpCase[] = [
  ...geometry('adaptiveMaxPool2d', distinct),
  max('negative map', [distinct([1, 2, 7, 5], 21, -9, -1)], { outputSize: 3 }),
  max('ties: the first cell', [choice([2, 2, 7, 7], 22, [0, 1])], { outputSize: 3 }, 'reference'),
  max(
    'NaN spoils its bins only',
    [literal([1, 1, 2, 4], [1, 2, 3, Number.NaN, 5, 6, 7, 8])],
    { outputSize: 2 },
    'reference',
  ),
  ...geometry('adaptiveAvgPool2d', uniform),
];
