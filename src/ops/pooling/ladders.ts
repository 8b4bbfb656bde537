import type { Device } from '../../runtime/device.js';
import type { Kernel } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import {
  bucketOf,
  type Ladder,
  NEVER,
  never,
  ON_CPUS,
  ON_GPUS,
  onCpus,
  onGpus,
  type Rung,
  type RungNotes,
} from '../ladder.js';
import { gatherMaxKernel } from './gather-max.js';
import { tablePassKernel, tablesOf } from './maxima-table.js';
import type { Level } from './nested-levels.js';
import { avgPoolKernel, maxPoolKernel, maxPoolStripKernel } from './pool-kernels.js';
import type { PoolShape } from './pool-shape.js';
import {
  channelsKernel,
  directKernel,
  gradientKernels,
  nestedChannelsKernel,
  nestedKernel,
  sweepKernel,
  tableKernel,
  workgroupKernel,
} from './pyramid-kernels.js';
import { scatterMaxKernel } from './scatter-max.js';
import { stripTakes } from './strip.js';
import { sweepTakes } from './sweep.js';

export type PoolAlgorithm = 'direct' | 'walk';
export type MaxPoolAlgorithm = PoolAlgorithm | 'strip';
export type MaxPoolGradient = 'gather' | 'scatter';
export type PyramidAlgorithm = 'direct' | 'workgroup' | 'channels' | 'nestedChannels' | 'table' | 'sweep' | 'nested';
export type PyramidGradient = 'gather' | 'scatter';

/** What decides between rungs of sliding windows. */
export interface PoolWork {
  /** Images times channels, and the cells of each. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly shape: PoolShape;
}

/** What decides between rungs of a pyramid. */
export interface PyramidWork {
  /** Maps, and rows of the result: windows, or maps again. */
  readonly images: number;
  readonly rows: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly levels: readonly Level[];
  readonly windows: boolean;
}

const poolBucket = ({ planes, height, width, shape: { kernel, stride, padding, dilation } }: PoolWork): string =>
  bucketOf(
    { planes, height, width },
    {
      kernel: kernel.join('x'),
      stride: stride.join('x'),
      padding: padding.join('x'),
      dilation: dilation.join('x'),
    },
  );

const pyramidBucket = ({ images, rows, channels, height, width, levels, windows }: PyramidWork): string =>
  bucketOf(
    { images, channels, height, width, ...(windows && { windows: rows }) },
    { levels: levels.map((level) => level.join('x')).join(' ') },
  );

/** The rungs of a forward pass that are one shader, which walks as far as the rung says. */
/* @__NO_SIDE_EFFECTS__ */
const walkRungs = (kernel: Kernel): readonly Rung<PoolAlgorithm, PoolWork>[] => [
  { rung: 'direct', kernels: [kernel], chooseWhen: onGpus },
  { rung: 'walk', kernels: [kernel], chooseWhen: onCpus },
];

/** Their notes. */
/* @__NO_SIDE_EFFECTS__ */
const walkNotes = (file: string): RungNotes<PoolAlgorithm> => ({
  direct: {
    file,
    adapterClass: 'gpu',
    chosenFor: ON_GPUS,
    why: 'an invocation per output: as many invocations as results',
  },
  walk: {
    file,
    adapterClass: 'cpu',
    chosenFor: ON_CPUS,
    why: 'an invocation walks down a column of the output: few of them start, and rows that windows share are read once',
  },
});

/** Max pooling, forward. */
export const maxPoolLadder: Ladder<MaxPoolAlgorithm, PoolWork> = {
  family: 'maxPool2d',
  ask: (algorithm) => ({ algorithm }),
  bucket: poolBucket,
  rungs: made(() => [
    {
      rung: 'strip',
      kernels: [maxPoolStripKernel],
      takes: {
        words: 'windows of at most 3 columns, stride 1 or 2 along a row, not dilated',
        test: (_, { shape }) => stripTakes(shape),
      },
      chooseWhen: ({ info }) => info.software && info.subgroupSize === 8,
    },
    ...walkRungs(maxPoolKernel),
  ]),
};

export const maxPoolNotes: RungNotes<MaxPoolAlgorithm> = made(() => ({
  strip: {
    file: 'pooling/max_pool2d_strip.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'lavapipe',
    why: 'an invocation makes up to six neighbours of a row, over a column of rows: columns that windows share are loaded once, four cells at a time',
  },
  ...walkNotes('pooling/max_pool2d.wgsl'),
}));

/** Average pooling, forward. */
export const avgPoolLadder: Ladder<PoolAlgorithm, PoolWork> = {
  family: 'avgPool2d',
  ask: (algorithm) => ({ algorithm }),
  bucket: poolBucket,
  rungs: made(() => walkRungs(avgPoolKernel)),
};

export const avgPoolNotes = /* @__PURE__ */ walkNotes('pooling/avg_pool2d.wgsl');

/** The gradient of max pooling. Both rungs give the same bits. */
export const maxPoolGradientLadder: Ladder<MaxPoolGradient, PoolWork> = {
  family: 'maxPool2d gradient',
  ask: (gradient) => ({ gradient }),
  bucket: poolBucket,
  rungs: made(() => [
    {
      rung: 'gather',
      kernels: [gatherMaxKernel],
      chooseWhen: onGpus,
    },
    {
      rung: 'scatter',
      kernels: [scatterMaxKernel],
      chooseWhen: onCpus,
    },
  ]),
};

export const maxPoolGradientNotes: RungNotes<MaxPoolGradient> = {
  gather: {
    file: 'pooling/max_pool2d_gradient.wgsl',
    adapterClass: 'gpu',
    chosenFor: ON_GPUS,
    why: 'an invocation per input cell looks at the outputs that cover it: as many invocations as cells',
  },
  scatter: {
    file: 'pooling/scatter_max.wgsl',
    adapterClass: 'cpu',
    chosenFor: ON_CPUS,
    why: "an invocation owns a plane and adds each output's gradient to its arg-max cell: far fewer loads, but a GPU has too few planes to fill it",
  },
};

/** From how many windows per map a rung pays that lays the map out anew, by the lanes of the CPU adapter's subgroups (SwiftShader, lavapipe). */
type FewestWindows = Readonly<Record<4 | 8, number>>;

const manyWindows = ({ info }: Device, { windows, rows, images }: PyramidWork, fewest: FewestWindows): boolean =>
  windows &&
  info.software &&
  (info.subgroupSize === 4 || info.subgroupSize === 8) &&
  rows >= fewest[info.subgroupSize] * images;

/** Of the maps with channels last, four to a vec4. */
const channelsLastBytes = ({ images, channels, height, width }: PyramidWork): number =>
  16 * images * Math.ceil(channels / 4) * height * width;

const tablesFor = ({ height, width, levels }: PyramidWork): number => {
  const [down, across] = tablesOf([height, width], levels);
  return down * across;
};

/** Spatial pyramid pooling, forward, in max mode; average mode has one kernel. */
export const pyramidLadder: Ladder<PyramidAlgorithm, PyramidWork> = {
  family: 'spatialPyramidPool',
  ask: (algorithm) => ({ algorithm }),
  bucket: pyramidBucket,
  rungs: made(() => [
    {
      rung: 'direct',
      kernels: [directKernel],
      chooseWhen: onGpus,
    },
    {
      rung: 'workgroup',
      kernels: [workgroupKernel],
      chooseWhen: never,
    },
    {
      rung: 'channels',
      kernels: [channelsKernel],
      chooseWhen: never,
    },
    {
      rung: 'table',
      kernels: [tableKernel, tablePassKernel],
      takes: { words: 'channels by fours', test: (_, { channels }) => channels % 4 === 0 },
      chooseWhen: (device, work) =>
        manyWindows(device, work, { 4: 128, 8: 80 }) &&
        channelsLastBytes(work) * tablesFor(work) <= device.maxBindingBytes,
    },
    {
      rung: 'nestedChannels',
      kernels: [nestedChannelsKernel],
      chooseWhen: (device, work) =>
        manyWindows(device, work, { 4: 8, 8: 16 }) && channelsLastBytes(work) <= device.maxBindingBytes,
    },
    {
      rung: 'sweep',
      kernels: [sweepKernel],
      takes: {
        words:
          'whole maps of 12 to 32 columns, and at most 4 levels, all made of the bins of one with at most 8 across',
        test: (_, { width, levels, windows }) => sweepTakes(width, levels, windows),
      },
      // Whatever the batch: the rung of a picture must not depend on the company that it is in.
      chooseWhen: ({ info }, { channels, height, width }) =>
        info.software && info.subgroupSize === 8 && channels * height * width >= 2 ** 15,
    },
    {
      rung: 'nested',
      kernels: [nestedKernel],
      chooseWhen: onCpus,
    },
  ]),
};

export const pyramidNotes: RungNotes<PyramidAlgorithm> = {
  direct: {
    file: 'pooling/pyramid_max.wgsl',
    adapterClass: 'gpu',
    chosenFor: ON_GPUS,
    why: 'an invocation per bin: as many invocations as results',
  },
  workgroup: {
    file: 'pooling/pyramid_max_workgroup.wgsl',
    adapterClass: 'gpu',
    chosenFor: NEVER,
    why: 'a workgroup per bin: neighbouring invocations read neighbouring cells of bins of hundreds of cells',
    lost: '8 maps of 64 channels, 26 x 26, on lavapipe with two busy cores: 697 ms against 6.8 ms of `nested`; on GPUs not measured yet, `sppgpu tune` does',
  },
  channels: {
    file: 'pooling/pyramid_max_channels.wgsl',
    adapterClass: 'any',
    chosenFor: NEVER,
    why: 'the map is packed with channels last, then an invocation per bin and four channels: every load is a vec4 beside its neighbours',
    lost: '100 windows on a map of 256 channels, 40 x 30, on lavapipe with two busy cores: 169 ms against 80 ms of `nestedChannels`',
  },
  table: {
    file: 'pooling/pyramid_max_table.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'SwiftShader from 128 windows per map, lavapipe from 80',
    why: 'a table of the maxima of blocks of 1, 2, 4, ... rows and columns, made once per map; then each bin, of any size, is four blocks of it',
  },
  nestedChannels: {
    file: 'pooling/pyramid_max_nested_channels.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'SwiftShader from 8 windows per map, lavapipe from 16',
    why: 'channels last and coarse levels from finer ones: each cell is read about once, as a vec4; many windows share the packing',
  },
  sweep: {
    file: 'pooling/pyramid_max_sweep.wgsl',
    adapterClass: 'cpu',
    chosenFor: 'lavapipe, from 2^15 cells per picture',
    why: 'an invocation per map and channel goes through its plane row by row and keeps the bins in registers: each cell is loaded once',
  },
  nested: {
    file: 'pooling/pyramid_max_nested.wgsl',
    adapterClass: 'cpu',
    chosenFor: ON_CPUS,
    why: 'an invocation per row and channel makes coarse levels from finer ones: each cell is read about once',
  },
};

/** The gradient of spatial pyramid pooling, in both modes. Both rungs add in the same order. */
export const pyramidGradientLadder: Ladder<PyramidGradient, PyramidWork> = {
  family: 'spatialPyramidPool gradient',
  ask: (gradient) => ({ gradient }),
  bucket: pyramidBucket,
  rungs: made(() => [
    {
      rung: 'gather',
      kernels: [gradientKernels.gather.max, gradientKernels.gather.avg],
      chooseWhen: onGpus,
    },
    {
      rung: 'scatter',
      kernels: [gradientKernels.scatter.max, gradientKernels.scatter.avg],
      chooseWhen: onCpus,
    },
  ]),
};

export const pyramidGradientNotes: RungNotes<PyramidGradient> = {
  gather: {
    file: 'pooling/pyramid_gather.wgsl',
    adapterClass: 'gpu',
    chosenFor: ON_GPUS,
    why: 'an invocation per input cell walks the windows and adds the bins that cover it: 2,000 windows over one image are only as many planes as channels',
  },
  scatter: {
    file: 'pooling/pyramid_max_gradient.wgsl',
    adapterClass: 'cpu',
    chosenFor: ON_CPUS,
    why: 'an invocation owns a plane and adds bin after bin: no search for bins',
  },
};
