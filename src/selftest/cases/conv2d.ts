/** Convolutions: stride, padding, dilation, groups and their mixtures; maps of one cell; AlexNet-like layers. */
import type { OpCase } from '../case.js';
import { casesFor, crop, half, literal, uniform, viewed } from './build.js';

const test = casesFor('conv2d');

/** Map, weights and (where asked) bias. */
function inputs(x: number[], w: number[], seed: number, bias = true) {
  const list = [uniform(x, seed, -1, 1), uniform(w, seed + 1, -1, 1)];
  return bias ? [...list, uniform([w[0]!], seed + 2, -1, 1)] : list;
}

/** The same with map and weights as halves: rows of odd length begin in the middle of a word. */
const halves = (...sizes: Parameters<typeof inputs>) => inputs(...sizes).map((each, i) => (i < 2 ? half(each) : each));

const NAN = Number.NaN;
const two = (value: unknown): readonly [number, number] =>
  (typeof value === 'number' ? [value, value] : value) as never;

/** A map of ordinary numbers but for some cells; gradients of these cells' windows are spoiled, all others are not. */
function spoiled(
  name: string,
  x: [number, number, number, number],
  w: [number, number, number, number],
  cells: readonly number[],
  value: number,
  attrs: Record<string, unknown>,
  dtype: 'f32' | 'f16' = 'f32',
): OpCase {
  const values = Array.from({ length: x[0] * x[1] * x[2] * x[3] }, (_, i) => ((i * 37) % 23) / 8 - 1);
  for (const cell of cells) values[cell] = value;
  return {
    ...test(name, [literal(x, values, dtype), { ...uniform(w, 93), dtype }, uniform([w[0]], 94)], attrs, 'reference'),
    special: true,
  };
}

/** NaN in every cell that lies under no tap of any window: nothing may come of it. */
function unreached(
  name: string,
  x: [number, number, number, number],
  w: [number, number, number, number],
  attrs: Record<string, unknown>,
): OpCase {
  const along = (axis: 0 | 1) => {
    const [stride, padding, dilation] = [attrs.stride ?? 1, attrs.padding ?? 0, attrs.dilation ?? 1].map(
      (v) => two(v)[axis],
    );
    const reached = new Set<number>();
    const reach = dilation! * (w[2 + axis]! - 1);
    for (let start = -padding!; start + reach < x[2 + axis]! + padding!; start += stride!) {
      for (let tap = 0; tap < w[2 + axis]!; tap++) reached.add(start + tap * dilation!);
    }
    return reached;
  };
  const [rows, columns] = [along(0), along(1)];
  const cells = Array.from({ length: x[0] * x[1] * x[2] * x[3] }, (_, i) => i).filter(
    (i) => !rows.has(Math.floor(i / x[3]) % x[2]) || !columns.has(i % x[3]),
  );
  return spoiled(name, x, w, cells, NAN, attrs);
}

export const conv2dCases: OpCase[] = [
  test('3x3', inputs([2, 3, 6, 7], [4, 3, 3, 3], 1)),
  test('3x3 without bias', inputs([1, 2, 5, 5], [3, 2, 3, 3], 4, false)),
  test('3x3 padding 1', inputs([2, 2, 5, 4], [3, 2, 3, 3], 7), { padding: 1 }),
  test('1x1', inputs([2, 5, 3, 4], [3, 5, 1, 1], 10)),
  test('1x1 stride 2', inputs([1, 3, 5, 6], [2, 3, 1, 1], 13), { stride: 2 }),
  test('map of one cell', inputs([2, 3, 1, 1], [4, 3, 1, 1], 16)),
  test('one cell, 3x3 padding 1', inputs([1, 2, 1, 1], [2, 2, 3, 3], 19), { padding: 1 }),
  test('kernel covers the map', inputs([2, 3, 4, 5], [6, 3, 4, 5], 22)),
  test('stride 2 leaves a row over', inputs([1, 2, 6, 8], [3, 2, 3, 3], 25), { stride: 2 }),
  test('stride above kernel', inputs([1, 2, 8, 7], [3, 2, 2, 2], 28), { stride: 3 }),
  test('padding above kernel/2', inputs([1, 1, 3, 3], [2, 1, 3, 3], 31), { padding: 3 }),
  test('dilation 2', inputs([1, 2, 7, 8], [3, 2, 3, 3], 34), { dilation: 2 }),
  test('dilation 2, stride 2, padding 2', inputs([1, 2, 7, 6], [2, 2, 3, 3], 37), {
    dilation: 2,
    stride: 2,
    padding: 2,
  }),
  test('oblong everything', inputs([1, 2, 7, 9], [3, 2, 2, 3], 40), {
    stride: [2, 1],
    padding: [1, 2],
    dilation: [1, 2],
  }),
  test('two groups', inputs([2, 4, 5, 5], [6, 2, 3, 3], 43), { groups: 2, padding: 1 }),
  test('depthwise', inputs([1, 4, 5, 6], [4, 1, 3, 3], 46), { groups: 4, padding: 1 }),
  test('depthwise, two filters per channel', inputs([1, 3, 5, 5], [6, 1, 3, 3], 49), { groups: 3, stride: 2 }),
  test('depthwise, stride 2, odd map', inputs([2, 3, 7, 9], [3, 1, 3, 3], 126), { groups: 3, stride: 2, padding: 1 }),
  test('depthwise, stride 2, rows and columns that no window has', inputs([1, 2, 8, 12], [2, 1, 3, 3], 129), {
    groups: 2,
    stride: 2,
  }),
  test('depthwise, stride 2, padding 2 and 1', inputs([1, 2, 6, 5], [2, 1, 3, 3], 132), {
    groups: 2,
    stride: 2,
    padding: [2, 1],
  }),
  test('depthwise, stride 2, one window', inputs([3, 5, 3, 4], [5, 1, 3, 3], 135), { groups: 5, stride: 2 }),
  test('depthwise, stride 2, map of one cell', inputs([1, 2, 1, 1], [2, 1, 3, 3], 138), {
    groups: 2,
    stride: 2,
    padding: 1,
  }),
  spoiled('NaN in one channel, stride 2', [1, 3, 6, 9], [3, 1, 3, 3], [60], NAN, { groups: 3, stride: 2, padding: 1 }),
  test(
    'depthwise in three strips, ReLU',
    inputs([2, 3, 6, 11], [3, 1, 3, 3], 126),
    { groups: 3, padding: 1, activation: 'relu' },
    'reference',
  ),
  test('depthwise, stride 2, two strips', inputs([2, 2, 9, 15], [4, 1, 3, 3], 129), {
    groups: 2,
    stride: 2,
    padding: 1,
  }),
  spoiled('NaN in one channel', [1, 3, 5, 9], [3, 1, 3, 3], [20], NAN, { groups: 3, padding: 1 }),
  test('groups, dilation, stride', inputs([1, 4, 8, 7], [4, 2, 2, 3], 52), {
    groups: 2,
    dilation: [2, 1],
    stride: [1, 2],
  }),
  test('ReLU', inputs([1, 2, 5, 5], [3, 2, 3, 3], 55), { activation: 'relu', padding: 1 }),
  test('ReLU without bias', inputs([1, 2, 4, 4], [3, 2, 3, 3], 58, false), { activation: 'relu' }),
  test('no images', inputs([0, 2, 5, 5], [3, 2, 3, 3], 61)),
  test(
    'ZF-5 conv1: 7x7 stride 2 padding 1',
    inputs([1, 3, 23, 29], [8, 3, 7, 7], 64),
    { stride: 2, padding: 1 },
    'reference',
  ),
  test('ZF-5 conv2: 5x5 stride 2', inputs([2, 8, 15, 13], [20, 8, 5, 5], 67), { stride: 2 }, 'reference'),
  test('ZF-5 conv3: 3x3 padding 1', inputs([2, 20, 13, 13], [24, 20, 3, 3], 70), { padding: 1 }, 'reference'),
  test('tails 17 channels to 33', inputs([3, 17, 9, 11], [33, 17, 3, 3], 73), { padding: 1 }, 'reference'),
  test('tails with ReLU', inputs([3, 5, 10, 9], [19, 5, 3, 3], 76), { padding: 1, activation: 'relu' }, 'reference'),
  test(
    'two groups, 12 channels each',
    inputs([2, 24, 7, 9], [20, 12, 5, 5], 79),
    { padding: 2, groups: 2 },
    'reference',
  ),
  test('1x1, 65 to 33', inputs([2, 65, 5, 7], [33, 65, 1, 1], 82), {}, 'reference'),
  unreached('no window reaches the last row and column', [1, 1, 3, 3], [1, 1, 2, 2], { stride: 2 }),
  unreached('nor those between strides', [2, 3, 7, 9], [5, 3, 2, 2], { stride: 4 }),
  unreached('nor those between dilated taps', [1, 4, 9, 15], [6, 4, 3, 2], { dilation: [4, 2], stride: [1, 4] }),
  unreached('with padding', [1, 5, 8, 8], [3, 5, 2, 2], { stride: 3, padding: 1 }),
  unreached('of two groups', [1, 8, 5, 7], [6, 4, 2, 3], { stride: [2, 4], groups: 2 }),
  spoiled('Infinity under the last window only', [1, 1, 2, 6], [1, 1, 1, 2], [5, 11], Infinity, {}),
  spoiled('NaN under the last window only, 8 channels', [1, 8, 1, 7], [3, 8, 1, 3], [6], NAN, {}),
  spoiled('NaN under few windows', [2, 3, 6, 9], [17, 3, 3, 3], [4, 100], NAN, { padding: 1 }),
  spoiled('Infinity under few windows', [1, 2, 5, 7], [5, 2, 3, 3], [0, 40], Infinity, { padding: 1 }),
  spoiled('NaN in one group', [1, 24, 3, 5], [20, 12, 3, 3], [12 * 15 + 3], NAN, { groups: 2, padding: 1 }),
  // Every tile has an edge here: 8 to 64 pixels or filters high, 16 to 128 filters or channels wide.
  test('64 filters on 64 pixels', inputs([1, 5, 8, 8], [64, 5, 3, 3], 93), { padding: 1 }, 'reference'),
  test(
    '65 filters on 65 pixels, ReLU',
    inputs([1, 6, 5, 13], [65, 6, 3, 3], 96),
    { padding: 1, activation: 'relu' },
    'reference',
  ),
  test('130 filters on 130 pixels', inputs([2, 3, 5, 13], [130, 3, 3, 3], 99), { padding: 1 }, 'reference'),
  test('130 filters, 1x1, without bias', inputs([1, 33, 3, 11], [130, 33, 1, 1], 102, false), {}, 'reference'),
  test('64 channels to 1 filter', inputs([1, 64, 5, 6], [1, 64, 3, 3], 105), { padding: 1 }, 'reference'),
  test('65 channels to 64 filters', inputs([1, 65, 3, 5], [64, 65, 3, 3], 108), { padding: 1 }, 'reference'),
  test(
    '130 channels to 33 filters, stride 2',
    inputs([1, 130, 7, 5], [33, 130, 3, 3], 111),
    { stride: 2 },
    'reference',
  ),
  test(
    'two groups of 65 filters, ReLU',
    inputs([1, 6, 4, 9], [130, 3, 3, 3], 114),
    { padding: 1, groups: 2, activation: 'relu' },
    'reference',
  ),
  test('rows of 8 pixels, 16 filters', inputs([3, 2, 3, 8], [16, 2, 3, 3], 117), { padding: 1 }, 'reference'),
  test('rows of 17 pixels, 17 filters', inputs([1, 3, 9, 17], [17, 3, 3, 3], 120), { padding: 1 }, 'reference'),
  test(
    '3 filters on 40 x 40 pixels: long sums',
    inputs([1, 2, 40, 40], [3, 2, 3, 3], 123),
    { padding: 1 },
    'reference',
  ),
  test('transposed map', [
    viewed(uniform([2, 6, 5, 2], 85), { permute: [0, 3, 1, 2] }),
    uniform([3, 2, 3, 3], 86),
    uniform([3], 87),
  ]),
  test('cropped map', [
    viewed(uniform([1, 3, 8, 8], 88), crop([0, 1], [1, 3], [2, 7], [1, 8])),
    uniform([2, 2, 3, 3], 89),
  ]),
  test('transposed weights', [
    uniform([1, 2, 5, 5], 90),
    viewed(uniform([2, 3, 3, 3], 91), { transpose: [0, 1] }),
    uniform([3], 92),
  ]),
  test('rows too long for a run of several', inputs([1, 1, 2, 1030], [2, 1, 1, 3], 230), { padding: 1 }),
  test('f16, 3x3 padding 1', halves([2, 5, 5, 7], [3, 5, 3, 3], 203), { padding: 1 }, 'reference'),
  test('f16, rows of four', halves([2, 4, 8, 8], [5, 4, 3, 3], 206), { padding: 1 }, 'reference'),
  test(
    'f16, RGB, 5x5 stride 2, ReLU',
    halves([1, 3, 11, 13], [5, 3, 5, 5], 212),
    { stride: 2, padding: 1, activation: 'relu' },
    'reference',
  ),
  test(
    'f16, two groups, dilation',
    halves([2, 6, 7, 9], [4, 3, 3, 2], 215),
    { groups: 2, dilation: [2, 1] },
    'reference',
  ),
  test('f16, depthwise', halves([1, 3, 5, 7], [3, 1, 3, 3], 218), { groups: 3, padding: 1 }, 'reference'),
  test('f16, no pictures', halves([0, 3, 5, 5], [3, 3, 3, 3], 224), {}, 'reference'),
  spoiled('f16, NaN in one channel', [1, 3, 5, 9], [3, 3, 3, 3], [20], NAN, { padding: 1 }, 'f16'),
];
