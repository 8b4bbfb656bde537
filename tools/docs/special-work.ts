/** Work of the usual kind that leaves no ladder's special rungs out: those that take only some work, and not the usual one. */
import type { ConvWork } from '../../src/ops/conv/ladder.js';
import type { MatmulWork } from '../../src/ops/matmul/ladder.js';
import type { PyramidWork } from '../../src/ops/pooling/ladders.js';

/** 8 pictures of 96 channels, each with a kernel of its own, 3x3. */
const depthwise = (side: number, stride: number): ConvWork => {
  const out = Math.ceil(side / stride);
  return {
    images: 8,
    channels: 96,
    groupChannels: 1,
    outChannels: 96,
    groupOutChannels: 1,
    groups: 96,
    size: [side, side],
    out: [out, out],
    kernel: [3, 3],
    stride: [stride, stride],
    padding: [1, 1],
    dilation: [1, 1],
  };
};

/** Few pictures in, few out: a colour picture's first layer. */
const narrow: ConvWork = {
  ...depthwise(64, 1),
  channels: 3,
  groupChannels: 3,
  outChannels: 16,
  groupOutChannels: 16,
  groups: 1,
};

/** A layer, and a product, whose operands are stored as halves. */
const halfLayer: ConvWork = {
  ...depthwise(28, 1),
  channels: 64,
  groupChannels: 64,
  outChannels: 64,
  groupOutChannels: 64,
  groups: 1,
  half: true,
};
const halfProduct: MatmulWork = {
  multiplyAdds: 512 ** 3,
  batches: 1,
  rows: 512,
  inner: 512,
  columns: 512,
  transposed: 'none',
  half: true,
};
const inHalves = ['subgroup4x32', 'subgroup8x32', 'block', 'block128', 'matrix8', 'matrix16'];

/** A thousand windows on one picture's map. */
const windows: PyramidWork = {
  images: 1,
  rows: 1000,
  channels: 256,
  height: 40,
  width: 30,
  levels: [1, 2, 3, 6].map((bins) => [bins, bins] as const),
  windows: true,
};

/** By family: rungs that are compared on this work as well, and the work. */
export const SPECIAL: Readonly<
  Record<string, readonly { readonly rungs: readonly string[]; readonly work: unknown }[]>
> = {
  matmul: [{ rungs: inHalves, work: halfProduct }],
  conv2d: [
    { rungs: ['direct', 'depthwise'], work: depthwise(28, 1) },
    { rungs: ['slide', 'im2col', 'registers', 'subgroup4', 'subgroup8'], work: narrow },
    { rungs: inHalves, work: halfLayer },
  ],
  'conv2d gradient to the input': [
    { rungs: ['direct', 'turned'], work: depthwise(28, 1) },
    { rungs: ['direct', 'spread'], work: depthwise(56, 2) },
    { rungs: inHalves, work: halfLayer },
  ],
  'conv2d gradient to the weights': [
    { rungs: ['direct', 'depthwise'], work: depthwise(28, 1) },
    { rungs: inHalves, work: halfLayer },
  ],
  spatialPyramidPool: [{ rungs: ['direct', 'channels', 'table', 'nestedChannels', 'nested'], work: windows }],
};
