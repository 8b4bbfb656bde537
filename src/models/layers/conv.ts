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
}

type ConvSettings = { kernel: number; stride?: number; padding?: number; groups?: number; fill: Fill };

/** A convolution record; stride 1, padding 0, one group unless said otherwise. */
export const conv = (
  name: string,
  outChannels: number,
  { kernel, stride = 1, padding = 0, groups = 1, fill }: ConvSettings,
): ConvLayer => ({ type: 'conv', name, outChannels, kernel, stride, padding, groups, fill });

export const convKind: LayerKind<ConvLayer> = {
  type: 'conv',
  window: (layer) => layer,
  output: (layer, input, at) => slid(layer, layer.outChannels, input, at),
  parameters: ({ outChannels, kernel, groups, fill }, [channels]) =>
    weightAndBias(conv2dWeightShape(channels, outChannels, [kernel, kernel], groups), fill),
  module: ({ outChannels, kernel, stride, padding, groups, fill }, context) =>
    new Conv2d(context.input[0], outChannels, kernel, { ...freshWeights(fill, context), stride, padding, groups }),
  fusesActivation: true,
};
