/** Spatial pyramid pooling: the paper's pyramids, maps of any size, windows of any place, both modes. */
import type { CaseInput, OpCase } from '../case.js';
import { casesFor, choice, distinct, literal, uniform, viewed } from './build.js';

const test = casesFor('spatialPyramidPool');
const PAPER = [1, 2, 3, 6];
const NAN = Number.NaN;
/** Rarely NaN, so that not all bins are. */
const EDGES = [-0, 0, -Infinity, ...Array<number>(40).fill(-1), -3, NAN];
const LOW = [...Array<number>(9).fill(-Infinity), -1];

/** Windows i32[R,5] = image, y0, x0, y1, x1. */
const windows = (...rows: [number, number, number, number, number][]): CaseInput =>
  literal([rows.length, 5], rows.flat(), 'i32');

function whole(mode: 'max' | 'avg', x: typeof distinct): OpCase[] {
  const tag = (name: string) => `${mode}: ${name}`;
  return [
    test(tag('13x13, the paper pyramid'), [x([1, 2, 13, 13], 1)], { levels: PAPER, mode }, 'reference'),
    test(tag('10x10, the paper pyramid'), [x([2, 1, 10, 10], 2)], { levels: PAPER, mode }, 'reference'),
    test(tag('4-level pyramid 1,2,3,4'), [x([1, 2, 5, 7], 3)], { levels: [1, 2, 3, 4], mode }),
    test(tag('levels in another order'), [x([1, 2, 5, 4], 4)], { levels: [3, 1, 2], mode }),
    test(tag('global only'), [x([3, 2, 4, 3], 5)], { levels: [1], mode }),
    test(tag('a level twice'), [x([1, 1, 4, 4], 6)], { levels: [2, 2], mode }),
    test(tag('levels larger than the map'), [x([1, 2, 2, 3], 7)], { levels: [1, 4, 6], mode }),
    test(tag('map of one cell'), [x([2, 3, 1, 1], 8)], { levels: [1, 2, 3], mode }),
    test(tag('one row'), [x([1, 2, 1, 9], 9)], { levels: [1, 2, 4], mode }),
    test(tag('one column'), [x([1, 2, 9, 1], 10)], { levels: [1, 2, 4], mode }),
    test(tag('several images, oblong'), [x([3, 2, 4, 9], 11)], { levels: [1, 3], mode }),
    test(tag('65 channels'), [x([1, 65, 7, 5], 12)], { levels: [1, 2, 3], mode }, 'reference'),
    test(tag('no images'), [x([0, 2, 4, 4], 13)], { levels: [1, 2], mode }),
    test(tag('transposed view'), [viewed(x([1, 2, 6, 5], 14), { transpose: [2, 3] })], { levels: [1, 2, 4], mode }),
  ];
}

function windowed(mode: 'max' | 'avg', x: typeof distinct): OpCase[] {
  const tag = (name: string) => `${mode}, windows: ${name}`;
  return [
    test(tag('the whole map'), [x([1, 2, 5, 6], 21), windows([0, 0, 0, 5, 6])], { levels: [1, 2, 3], mode }),
    test(tag('one cell'), [x([1, 2, 5, 6], 22), windows([0, 2, 3, 3, 4])], { levels: [1, 2, 3], mode }),
    test(tag('corners'), [x([1, 1, 5, 6], 23), windows([0, 0, 0, 2, 2], [0, 3, 4, 5, 6], [0, 0, 5, 1, 6])], {
      levels: [1, 2],
      mode,
    }),
    test(
      tag('overlapping, across images, unordered'),
      [x([3, 2, 6, 5], 24), windows([2, 0, 0, 4, 3], [0, 1, 1, 6, 5], [2, 2, 0, 6, 3], [0, 1, 1, 6, 5])],
      { levels: [1, 2], mode },
    ),
    test(tag('smaller than the levels'), [x([2, 2, 4, 4], 25), windows([1, 1, 1, 3, 2], [0, 0, 3, 4, 4])], {
      levels: [3, 4],
      mode,
    }),
    test(
      tag('outside the map or empty'),
      [
        x([2, 2, 4, 5], 28),
        windows([0, 0, 0, 5, 5], [2, 0, 0, 1, 1], [1, 2, 2, 2, 4], [0, 1, 1, 3, 4], [-1, 0, 0, 1, 1], [1, 0, -1, 2, 2]),
      ],
      { levels: [1, 2], mode },
      'reference',
    ),
    test(tag('none'), [x([1, 2, 4, 4], 26), { shape: [0, 5], dtype: 'i32', values: [] }], { levels: [1, 2], mode }),
    test(
      tag('the paper pyramid on 13x20'),
      [x([2, 3, 13, 20], 27), windows([0, 0, 0, 13, 20], [1, 2, 3, 12, 19], [1, 4, 5, 9, 8], [0, 6, 6, 7, 7])],
      { levels: PAPER, mode },
      'reference',
    ),
  ];
}

export const spatialPyramidPoolCases: OpCase[] = [
  ...whole('max', distinct),
  ...windowed('max', distinct),
  test('max: negative map', [distinct([1, 2, 7, 5], 31, -9, -1)], { levels: [1, 2, 3] }),
  test('max: ties go to the first cell', [choice([2, 2, 7, 7], 32, [0, 1])], { levels: [1, 2, 3] }, 'reference'),
  // Of the size of a network's maps: for rungs that take only such.
  test('max: eight bins across, three rows', [distinct([2, 3, 3, 13], 34)], { levels: [4, 8] }),
  test('max: ties, 13x13', [choice([2, 2, 13, 13], 35, [0, 1, 2])], { levels: PAPER }, 'reference'),
  test(
    'max: zeros of both signs, infinities, NaN, 13x13',
    [choice([2, 9, 13, 13], 36, EDGES)],
    { levels: PAPER },
    'reference',
  ),
  test('max: mostly -Infinity, 13x13', [choice([1, 3, 13, 13], 37, LOW)], { levels: PAPER }, 'reference'),
  test(
    'max: ties in windows',
    [choice([2, 2, 6, 6], 33, [0, 1]), windows([1, 1, 1, 6, 6], [0, 0, 0, 3, 3])],
    { levels: [1, 2] },
    'reference',
  ),
  test(
    'max: all -Infinity',
    [literal([1, 1, 1, 3], [-Infinity, -Infinity, -Infinity])],
    { levels: [1, 2] },
    'reference',
  ),
  test(
    'max: NaN spoils its bins only',
    [literal([1, 1, 2, 4], [1, 2, 3, NAN, 5, 6, 7, 8])],
    { levels: [1, 2] },
    'reference',
  ),
  ...whole('avg', uniform),
  ...windowed('avg', uniform),
  test(
    'avg: NaN spoils its bins only',
    [literal([1, 1, 2, 4], [1, 2, 3, NAN, 5, 6, 7, 8])],
    { levels: [1, 2], mode: 'avg' },
    'none',
  ),
];
