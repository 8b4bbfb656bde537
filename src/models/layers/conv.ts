import { Conv2d, conv2dWeightShape } from '../../nn/conv2d.js';
import { type Fill, freshWeights, type LayerKind, slid, weightAndBias } from './kind.js';

export interface ConvLayer {
  readonly type: 'conv';
  readonly name: string;
  readonly outChannels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
  readonly fill: Fill;
  /** Absent where a normalisation stands behind it. */
  readonly bias?: false;
}

type ConvSettings = { kernel: number; stride?: number; padding?: number; groups?: number; fill: Fill; bias?: false };

/** A convolution record; stride 1, padding 0, one group unless said otherwise. */
export const conv = (
  name: string,
  outChannels: number,
  { kernel, stride = 1, padding = 0, groups = 1, fill, bias }: ConvSettings,
): ConvLayer => ({
  type: 'conv',
  name,
  outChannels,
  kernel,
  stride,
  padding,
  groups,
  fill,
  ...(bias === false && { bias }),
});

export const convKind: LayerKind<ConvLayer> = {
  type: 'conv',
  window: (layer) => layer,
  output: (layer, input, at) => slid(layer, layer.outChannels, input, at),
  parameters: ({ outChannels, kernel, groups, fill, bias }, [channels]) =>
    weightAndBias(conv2dWeightShape(channels, outChannels, [kernel, kernel], groups), fill).slice(
      0,
      bias === false ? 1 : 2,
    ),
  module: ({ outChannels, kernel, stride, padding, groups, fill, bias }, context) =>
    new Conv2d(context.input[0], outChannels, kernel, {
      ...freshWeights(fill, context),
      stride,
      padding,
      groups,
      bias: bias !== false,
    }),
  fusesActivation: true,
};
