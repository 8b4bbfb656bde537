/** Convolutions: stride, padding, dilation, groups and their mixtures; maps of one cell; AlexNet-like layers. */
import type { OpCase } from '../case.js';
import { casesFor, crop, uniform, viewed } from './build.js';

const test = casesFor('conv2d');

/** Map, weights and (where asked) bias. */
function inputs(x: number[], w: number[], seed: number, bias = true) {
  const list = [uniform(x, seed, -1, 1), uniform(w, seed + 1, -1, 1)];
  return bias ? [...list, uniform([w[0]!], seed + 2, -1, 1)] : list;
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
  test('depthwise, two filters a channel', inputs([1, 3, 5, 5], [6, 1, 3, 3], 49), { groups: 3, stride: 2 }),
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
];
