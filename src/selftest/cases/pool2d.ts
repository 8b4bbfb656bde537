/** Max and average pooling: floor and ceil, padding that must not win, dilation, ties, NaN, windows of every size. */
import type { CaseInput, OpCase } from '../case.js';
import { casesFor, choice, crop, distinct, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

type Draw = (shape: number[], seed: number) => CaseInput;

/** Window geometries that both kinds share. */
function geometry(op: string, x: Draw): OpCase[] {
  const test = casesFor(op);
  return [
    test('2x2', [x([2, 3, 6, 4], 1)], { kernelSize: 2 }),
    test('3x3 stride 2, overlapping', [x([1, 2, 7, 9], 2)], { kernelSize: 3, stride: 2 }),
    test('floor drops the last row', [x([1, 2, 6, 8], 3)], { kernelSize: 3, stride: 2 }),
    test('ceil keeps the last row', [x([1, 2, 6, 8], 4)], { kernelSize: 3, stride: 2, ceilMode: true }),
    test('ceil drops a window that starts in the padding', [x([1, 1, 4, 4], 5)], {
      kernelSize: 2,
      stride: 3,
      padding: 1,
      ceilMode: true,
    }),
    test('ceil: a window that hangs over a smaller map', [x([1, 2, 2, 2], 21)], {
      kernelSize: 3,
      stride: 2,
      ceilMode: true,
    }),
    test('ceil: a window that hangs over one axis', [x([1, 2, 5, 2], 22)], {
      kernelSize: 4,
      stride: 3,
      ceilMode: true,
    }),
    test('ceil, padding and remainder', [x([1, 2, 6, 7], 6)], { kernelSize: 3, stride: 2, padding: 1, ceilMode: true }),
    test('padding 1, negative map', [distinct([1, 2, 5, 4], 7, -9, -1)], { kernelSize: 3, stride: 2, padding: 1 }),
    test('kernel covers the map', [x([2, 2, 5, 4], 8)], { kernelSize: [5, 4] }),
    test('windows of one cell', [x([1, 2, 3, 5], 9)], { kernelSize: 1, stride: 1 }),
    test('one cell, stride 2', [x([1, 2, 5, 5], 10)], { kernelSize: 1, stride: 2 }),
    test('stride above kernel', [x([1, 2, 8, 9], 11)], { kernelSize: 2, stride: 3 }),
    test('stride above kernel, ceil', [x([1, 2, 7, 8], 12)], { kernelSize: 2, stride: 3, ceilMode: true }),
    test('oblong', [x([1, 2, 6, 9], 13)], { kernelSize: [2, 3], stride: [1, 2], padding: [1, 0] }),
    test('map of one cell', [x([3, 2, 1, 1], 14)], { kernelSize: 1 }),
    test('one cell, 3x3 padding 1', [x([1, 2, 1, 1], 15)], { kernelSize: 3, padding: 1 }),
    test('stride 1 keeps the size', [x([1, 1, 4, 5], 16)], { kernelSize: 3, stride: 1, padding: 1 }),
    test('no images', [x([0, 2, 4, 4], 17)], { kernelSize: 2 }),
    test(
      'ZF-5 pool1: 3x3 stride 2 ceil on 110',
      [x([1, 1, 110, 110], 18)],
      { kernelSize: 3, stride: 2, ceilMode: true },
      'reference',
    ),
    test('transposed view', [viewed(x([1, 4, 6, 2], 19), { permute: [0, 3, 2, 1] })], { kernelSize: 2 }),
    test('cropped view', [viewed(x([1, 2, 7, 8], 20), crop([0, 1], [0, 2], [1, 6], [2, 8]))], {
      kernelSize: 3,
      stride: 2,
    }),
  ];
}

function maximum(op: string): OpCase[] {
  const test = casesFor(op);
  return [
    ...geometry(op, distinct),
    test('dilation 2', [distinct([1, 2, 7, 8], 31)], { kernelSize: 3, stride: 1, dilation: 2 }),
    test('dilation, padding, ceil', [distinct([1, 2, 8, 7], 32)], {
      kernelSize: 2,
      stride: 2,
      padding: 1,
      dilation: [2, 3],
      ceilMode: true,
    }),
    test(
      'dilated windows that lie wholly in the padding',
      [literal([1, 1, 1, 2], [-3, -2])],
      { kernelSize: 2, stride: 1, padding: 1, dilation: 2 },
      'reference',
    ),
    test('ties: the first cell', [choice([2, 2, 7, 7], 33, [0, 1])], { kernelSize: 3, stride: 2 }, 'reference'),
    test('all equal', [choice([1, 2, 5, 5], 34, [3])], { kernelSize: 3, stride: 2, padding: 1 }, 'reference'),
    test('far below zero', [distinct([1, 1, 4, 4], 35, -3e30, -1e30)], { kernelSize: 2, padding: 1 }, 'reference'),
    test(
      '-Infinity everywhere',
      [literal([1, 1, 2, 2], [-Infinity, -Infinity, -Infinity, -Infinity])],
      { kernelSize: 2 },
      'reference',
    ),
    test(
      'NaN spoils its windows only',
      [literal([1, 1, 3, 4], [1, 2, 3, 4, 5, NAN, 7, 8, 9, 10, 11, 12])],
      { kernelSize: 2, stride: 1 },
      'reference',
    ),
    test('NaN first and last', [literal([1, 1, 1, 4], [NAN, 2, 3, NAN])], { kernelSize: [1, 2] }, 'reference'),
  ];
}

const average = casesFor('avgPool2d');

export const maxPool2dCases: OpCase[] = [...maximum('maxPool2d'), ...maximum('maxPool2dWithIndices')];

export const avgPool2dCases: OpCase[] = [
  ...geometry('avgPool2d', uniform),
  average('padding not counted', [uniform([1, 2, 5, 4], 41)], {
    kernelSize: 3,
    stride: 2,
    padding: 1,
    countIncludePad: false,
  }),
  average('padding not counted, ceil', [uniform([1, 2, 6, 6], 42)], {
    kernelSize: 3,
    stride: 2,
    padding: 1,
    ceilMode: true,
    countIncludePad: false,
  }),
  average('padding counted, ceil, beyond the padding', [uniform([1, 2, 6, 5], 43)], {
    kernelSize: 4,
    stride: 3,
    padding: 2,
    ceilMode: true,
  }),
  average(
    'NaN spoils its windows only',
    [literal([1, 1, 2, 4], [1, 2, 3, NAN, 5, 6, 7, 8])],
    { kernelSize: 2 },
    'none',
  ),
];
