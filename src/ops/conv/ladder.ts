import { SppgpuError } from '../../runtime/errors.js';
import type { Ladder, Rung } from '../ladder.js';
import { engineRungs, type TileEngine } from '../tile/engines.js';
import { type ConvShape, multiplyAdds } from './shape.js';
import { SLIDE_CHANNELS, SLIDE_LANES } from './slide.js';

export type ConvPass = 'forward' | 'input' | 'weight';

/** A rung of all three passes by name: `direct`, `im2col`, or a tile engine, on which an implicit product runs. */
export type ConvAlgorithm = 'direct' | 'im2col' | TileEngine;

/** A rung of the forward pass. */
export type ConvForward = ConvAlgorithm | 'slide';

/** A rung for each pass: forward, gradient to the input, gradient to the weights. Default: the best for this adapter and shape. */
export interface ConvAlgorithms {
  readonly forward?: ConvForward | 'auto';
  readonly input?: ConvAlgorithm | 'auto';
  readonly weight?: ConvAlgorithm | 'auto';
}

/** What decides between rungs. */
export interface ConvWork {
  readonly shape: ConvShape;
  readonly pass: ConvPass;
}

/** Implicit products, on the engine that a matrix product of this size takes. */
const implicitRungs = /* @__PURE__ */ engineRungs.map(
  ({ rung, file, needs, why, lost, chooseWhen }): Rung<ConvAlgorithm, ConvWork> => ({
    rung,
    file,
    needs,
    why,
    ...(lost && { lost }),
    chooseWhen: {
      words: chooseWhen.words,
      test: (device, { shape }) => chooseWhen.test(device, { multiplyAdds: multiplyAdds(shape) }),
    },
  }),
);

const direct: Rung<ConvAlgorithm, ConvWork> = {
  rung: 'direct',
  file: 'conv/conv_direct.wgsl',
  needs: {},
  chooseWhen: {
    words: 'depthwise and nearly so: groups > 1 with fewer than 16 input x output channels in a group',
    test: (_, { shape: { groups, groupChannels, groupOutChannels } }) =>
      groups > 1 && groupChannels * groupOutChannels < 16,
  },
  why: 'the six loops of the definition, one invocation per result: there, a tile would be mostly padding',
};

const im2col: Rung<ConvAlgorithm, ConvWork> = {
  rung: 'im2col',
  file: 'conv/im2col.wgsl',
  needs: {},
  chooseWhen: {
    words: 'gradient to an input of fewer than 16 channels whose channels x taps exceed 16 (RGB)',
    test: (_, { pass, shape: { groupChannels, kernel } }) =>
      pass === 'input' && groupChannels < 16 && groupChannels * kernel[0] * kernel[1] > 16,
  },
  why: 'columns written out, 64 MiB at a time, then a matrix product: few channels with their taps fill its lanes',
};

const slide: Rung<ConvForward, ConvWork> = {
  rung: 'slide',
  file: 'conv/conv_slide.wgsl',
  needs: { subgroup: SLIDE_LANES },
  takes: {
    words: 'one group, without dilation along rows',
    test: (_, { shape: { groups, dilation } }) => groups === 1 && dilation[1] === 1,
  },
  chooseWhen: {
    words: 'lavapipe, at most 16 output channels, or at most 32 from at most 8 maps',
    test: ({ info }, { shape: { channels, outChannels } }) =>
      info.software && (outChannels <= SLIDE_CHANNELS || (channels <= 8 && outChannels <= 2 * SLIDE_CHANNELS)),
  },
  why: 'along the rows of the maps as they are, 8 pixels in registers: a product would copy the map first and leave lanes idle',
};

/** The rungs of the forward pass; `slide` is its own, the gradients have the others. */
export const convLadder: Ladder<ConvForward, ConvWork> = {
  family: 'conv2d',
  ops: ['conv2d'],
  ask: (rung) => ({ algorithm: rung === 'slide' ? { forward: rung } : rung }),
  rungs: [direct, im2col, slide, ...implicitRungs],
};

/** The rungs of a gradient. */
export const convGradientLadder: Ladder<ConvAlgorithm, ConvWork> = {
  ...convLadder,
  rungs: [direct, im2col, ...implicitRungs],
};

/** The wish for each pass; a name stands for all three. @throws SppgpuError for a name that not all of them have */
export function algorithmsOf(asked: ConvAlgorithm | ConvAlgorithms | 'auto'): ConvAlgorithms {
  if (typeof asked === 'object') return asked;
  const names = convGradientLadder.rungs.map(({ rung }) => rung);
  if (asked !== 'auto' && !names.includes(asked)) {
    throw new SppgpuError(
      `conv2d: algorithm ${asked} is not a rung of all three passes; use one of ${names.join(', ')}, or { forward: '${asked}' }`,
    );
  }
  return { forward: asked, input: asked, weight: asked };
}
