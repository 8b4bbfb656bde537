import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { Kernel } from '../../runtime/kernel.js';
import { made } from '../../runtime/made.js';
import { bucketOf, inF32, type Ladder, NEVER, never, type Rung, type RungNote, type RungNotes } from '../ladder.js';
import { engineNotes, engineRungs, kernelsOf, type TileEngine } from '../tile/engines.js';
import { depthwiseKernels, depthwiseTakes, depthwiseTakesInput } from './depthwise.js';
import { directKernels } from './direct.js';
import { gatherKernels } from './gather.js';
import { col2imKernel, im2colKernel } from './im2col.js';
import { type ConvShape, multiplyAdds } from './shape.js';
import { SLIDE_CHANNELS, SLIDE_LANES, slideKernel } from './slide.js';
import { weightKernels } from './weight-gradient.js';
import { winogradKernels, winogradTakes } from './winograd.js';

/** A rung of all three passes by name: `direct`, `im2col`, or a tile engine, on which an implicit product runs. */
export type ConvAlgorithm = 'direct' | 'im2col' | TileEngine;

/** A rung of the forward pass. */
export type ConvForward = ConvAlgorithm | 'depthwise' | 'slide' | 'winograd';

/** A rung of the gradient to the input. */
export type ConvInput = ConvAlgorithm | 'turned' | 'spread' | 'winograd';

/** A rung of the gradient to the weights. */
export type ConvWeight = ConvAlgorithm | 'depthwise';

/** A rung for each pass: forward, gradient to the input, gradient to the weights. Default: the best for this adapter and shape. */
export interface ConvAlgorithms {
  readonly forward?: ConvForward | 'auto';
  readonly input?: ConvInput | 'auto';
  readonly weight?: ConvWeight | 'auto';
}

/** What decides between rungs: the shape, whatever the pass. */
export type ConvWork = ConvShape;

type ConvRung<Name extends string = ConvAlgorithm> = Rung<Name, ConvWork>;

/** Implicit products, on the engine that a matrix product of this size takes. `rows`: those of one group's product, which is never transposed. */
const implicitRungs = (kernels: Parameters<typeof kernelsOf>[0], rows: (shape: ConvShape) => number): ConvRung[] =>
  engineRungs.map(({ chooseWhen, ...row }) => ({
    ...row,
    kernels: kernelsOf(kernels, row.rung),
    chooseWhen: (device, shape) => chooseWhen(device, { multiplyAdds: multiplyAdds(shape), rows: rows(shape) }),
  }));

const direct = (kernel: Kernel): ConvRung => ({
  rung: 'direct',
  kernels: [kernel],
  takes: inF32<ConvWork>(),
  chooseWhen: (_, { groups, groupChannels, groupOutChannels }) => groups > 1 && groupChannels * groupOutChannels < 16,
});

const DEPTHWISE = {
  chooseWhen: ({ info }: Device, { groups }: ConvWork) => info.software && groups > 1,
};

const depthwise = (kernel: Kernel): ConvRung<'depthwise'> => ({
  rung: 'depthwise',
  kernels: [kernel],
  ...DEPTHWISE,
  takes: inF32<ConvWork>({
    words: 'as many groups as input channels, 3x3, without dilation, at most 2 columns apart',
    test: (_, shape) => depthwiseTakes(shape),
  }),
});

const inputOf = <Name extends 'turned' | 'spread'>(rung: Name, kernel: Kernel, stride: 1 | 2): ConvRung<Name> => ({
  rung,
  kernels: [kernel],
  ...DEPTHWISE,
  takes: inF32<ConvWork>({
    words: `as many groups as input and output channels, 3x3, stride ${stride}, no dilation, a padding of at most 2`,
    test: (_, shape) => depthwiseTakesInput(shape, stride),
  }),
});

const IM2COL = {
  rung: 'im2col',
  takes: inF32<ConvWork>(),
} as const;

const slide: ConvRung<ConvForward> = {
  rung: 'slide',
  kernels: [slideKernel],
  needs: { subgroup: SLIDE_LANES },
  takes: inF32<ConvWork>({
    words: 'one group, without dilation along rows',
    test: (_, { groups, dilation }) => groups === 1 && dilation[1] === 1,
  }),
  chooseWhen: ({ info }, { channels, outChannels }) =>
    info.software && (outChannels <= SLIDE_CHANNELS || (channels <= 8 && outChannels <= 2 * SLIDE_CHANNELS)),
};

/** On the tile engine that a batch of products of its size takes. */
const winograd = made(
  (): ConvRung<'winograd'> => ({
    rung: 'winograd',
    kernels: [winogradKernels.input, winogradKernels.weights, winogradKernels.output],
    takes: inF32<ConvWork>({
      words: 'one group, 3x3 with stride and dilation 1, a padding of at most 2',
      test: winogradTakes,
    }),
    // Whatever the batch: the rung of a picture must not depend on the company that it is in.
    chooseWhen: ({ info }, { channels, outChannels, size, out }) =>
      info.software &&
      channels * outChannels >= 64 * (channels + outChannels) &&
      [size, out].every(([height, width]) => Math.ceil(height / 2) * Math.ceil(width / 2) >= 49),
  }),
);

function bucket(shape: ConvShape): string {
  const { images, groups, channels, outChannels, size, kernel, stride, padding, dilation, half } = shape;
  const [height, width] = size;
  return bucketOf(
    { images, channels, outChannels, height, width },
    {
      groups,
      kernel: kernel.join('x'),
      stride: stride.join('x'),
      padding: padding.join('x'),
      dilation: dilation.join('x'),
      ...(half && { operands: 'f16' }),
    },
  );
}

/** The forward pass; `slide` is its own, the gradients have the others. */
export const convLadder: Ladder<ConvForward, ConvWork> = {
  family: 'conv2d',
  ask: (forward) => ({ algorithm: { forward } }),
  bucket,
  rungs: made(() => [
    depthwise(depthwiseKernels.strips),
    direct(directKernels.forward),
    {
      ...IM2COL,
      kernels: [im2colKernel],
      chooseWhen: never,
    },
    slide,
    winograd,
    ...implicitRungs(gatherKernels, ({ images, out }) => images * out[0] * out[1]),
  ]),
};

/**
 * Channels, by the lanes of a CPU adapter, from which the gradient to the input of many filters is cheaper without columns: a tile of the
 * implicit product is padding where channels are fewer than its columns, and columns cost as much for each channel, at least what 32 filters do.
 */
const COLUMNS_PAY: Readonly<Record<number, number>> = { 4: 10, 8: 20 };

/** The gradient to the input. */
export const convInputLadder: Ladder<ConvInput, ConvWork> = {
  family: 'conv2d gradient to the input',
  ask: (input) => ({ algorithm: { input } }),
  bucket,
  rungs: made(() => [
    inputOf('turned', depthwiseKernels.strips, 1),
    inputOf('spread', depthwiseKernels.spread, 2),
    direct(directKernels.input),
    {
      ...IM2COL,
      kernels: [col2imKernel],
      chooseWhen: ({ info }, { groupChannels, groupOutChannels, kernel }) =>
        groupChannels < 16 &&
        groupChannels * kernel[0] * kernel[1] > 16 &&
        (COLUMNS_PAY[info.subgroupSize] === undefined ||
          !info.software ||
          groupChannels * (groupOutChannels + 32) < COLUMNS_PAY[info.subgroupSize]! * groupOutChannels),
    },
    winograd,
    ...implicitRungs(gatherKernels, ({ images, size, stride }) => {
      return images * Math.ceil(size[0] / stride[0]) * Math.ceil(size[1] / stride[1]);
    }),
  ]),
};

/** The gradient to the weights. */
export const convWeightLadder: Ladder<ConvWeight, ConvWork> = {
  family: 'conv2d gradient to the weights',
  ask: (weight) => ({ algorithm: { weight } }),
  bucket,
  rungs: made(() => [
    depthwise(depthwiseKernels.weight),
    direct(directKernels.weight),
    {
      ...IM2COL,
      kernels: [im2colKernel],
      chooseWhen: never,
    },
    ...implicitRungs(weightKernels, ({ groupOutChannels }) => groupOutChannels),
  ]),
};

/** What all three passes have; each has a shader of its own for `direct`. */
const commonNotes = (file: string): RungNotes<'direct' | TileEngine> => ({
  direct: {
    file,
    adapterClass: 'any',
    chosenFor: 'depthwise and nearly so: groups > 1 with fewer than 16 input x output channels in a group',
    why: 'the six loops of the definition, one invocation per result: there, a tile would be mostly padding',
  },
  ...engineNotes,
});

const im2colNote = (note: Pick<RungNote, 'file' | 'chosenFor' | 'lost'>): RungNote => ({
  ...note,
  adapterClass: 'any',
  why: 'columns written out, 64 MiB at a time, then a matrix product: few channels with their taps fill its lanes',
});

const DEPTHWISE_NOTE: Pick<RungNote, 'adapterClass' | 'chosenFor'> = {
  adapterClass: 'cpu',
  chosenFor: 'CPU adapters, more than one group',
};

const depthwiseNote = (file: string): RungNote => ({
  file,
  ...DEPTHWISE_NOTE,
  why: 'an invocation per strip of a plane, or per kernel: it loads a kernel once, and the cells that neighbouring outputs share once for a row',
});

const WINOGRAD_NOTE: RungNote = {
  file: 'conv/winograd_input.wgsl',
  adapterClass: 'cpu',
  chosenFor:
    'CPU adapters, where channels x filters are 64 times channels + filters (128 to 128, say) and maps have 13 x 13 outputs and more',
  why: 'F(2x2, 3x3): 16 products of transformed maps and weights with 4 multiplications per output, channel and channel where the others have 9',
};

export const convNotes = made(
  (): RungNotes<ConvForward> => ({
    ...commonNotes('conv/conv_direct.wgsl'),
    depthwise: depthwiseNote('conv/conv_depthwise.wgsl'),
    im2col: im2colNote({
      file: 'conv/im2col.wgsl',
      chosenFor: NEVER,
      lost: '8 x 64 x 14 x 14 to 64 maps, 3x3, on lavapipe with two busy cores: 38 ms against 12 ms of `subgroup8x32`',
    }),
    slide: {
      file: 'conv/conv_slide.wgsl',
      adapterClass: 'cpu',
      chosenFor: 'lavapipe, at most 16 output channels, or at most 32 from at most 8 maps',
      why: 'along the rows of the maps as they are, 8 pixels in registers: a product would copy the map first and leave lanes idle',
    },
    winograd: WINOGRAD_NOTE,
  }),
);

export const convInputNotes = made(
  (): RungNotes<ConvInput> => ({
    ...commonNotes('conv/conv_direct_input.wgsl'),
    turned: {
      file: 'conv/conv_depthwise.wgsl',
      ...DEPTHWISE_NOTE,
      why: "the depthwise convolution of the output's gradient, with the kernels turned by 180 degrees",
    },
    spread: {
      file: 'conv/conv_depthwise_spread.wgsl',
      ...DEPTHWISE_NOTE,
      why: 'with stride 2: an invocation makes two rows of a strip at a time, whose cells meet four, two, two or one of the taps, all known',
    },
    im2col: im2colNote({
      file: 'conv/col2im.wgsl',
      chosenFor:
        'fewer than 16 input channels whose channels x taps exceed 16 (RGB); on CPU adapters with 4 or 8 lanes, channels x (filters + 32) must be below 10 or 20 times filters, too',
    }),
    winograd: WINOGRAD_NOTE,
  }),
);

export const convWeightNotes = made(
  (): RungNotes<ConvWeight> => ({
    ...commonNotes('conv/conv_direct_weight.wgsl'),
    depthwise: depthwiseNote('conv/conv_depthwise_weight.wgsl'),
    im2col: im2colNote({
      file: 'conv/im2col.wgsl',
      chosenFor: NEVER,
      lost: '8 x 64 x 14 x 14 to 64 maps, 3x3, on lavapipe with two busy cores: 59 ms against 29 ms of `subgroup8x32`',
    }),
  }),
);

/** The wish for each pass; a name stands for all three. @throws SppgpuError for a name that not all of them have */
export function algorithmsOf(asked: ConvAlgorithm | ConvAlgorithms | 'auto'): ConvAlgorithms {
  if (typeof asked === 'object') return asked;
  const everywhere = (name: string) =>
    [convLadder, convInputLadder].every(({ rungs }) => rungs.some(({ rung }) => rung === name));
  const names: string[] = convWeightLadder.rungs.map(({ rung }) => rung).filter(everywhere);
  if (asked !== 'auto' && !names.includes(asked)) {
    throw new SppgpuError(
      `conv2d: algorithm ${asked} is not a rung of all three passes; use one of ${names.join(', ')}, or { forward: '${asked}' }`,
    );
  }
  return { forward: asked, input: asked, weight: asked };
}
