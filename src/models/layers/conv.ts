import { Conv2d, conv2dWeightShape } from '../../nn/conv2d.js';
import { type Fill, freshWeights, type LayerKind, slid, weightAndBias } from './kind.js';
import { along, axisOf, type LayerWindow } from './window.js';

export interface ConvLayer extends Omit<LayerWindow, 'ceilMode'> {
  readonly type: 'conv';
  readonly name: string;
  readonly outChannels: number;
  readonly groups: number;
  readonly fill: Fill;
  /** Absent where a normalisation stands behind it. */
  readonly bias?: false;
}

type ConvSettings = Pick<ConvLayer, 'kernel' | 'fill'> &
  Partial<Pick<ConvLayer, 'stride' | 'padding' | 'dilation' | 'groups' | 'bias'>>;

/** A convolution record; stride 1, padding 0, one group unless said otherwise. */
export const conv = (
  name: string,
  outChannels: number,
  { kernel, stride = 1, padding = 0, dilation, groups = 1, fill, bias }: ConvSettings,
): ConvLayer => ({
  type: 'conv',
  name,
  outChannels,
  kernel,
  stride,
  padding,
  ...(dilation !== undefined && { dilation }),
  groups,
  fill,
  ...(bias === false && { bias }),
});

export const convKind: LayerKind<ConvLayer> = {
  type: 'conv',
  window: axisOf,
  output: (layer, input, at) => slid((axis) => axisOf(layer, axis), layer.outChannels, input, at),
  parameters: ({ outChannels, kernel, groups, fill, bias }, [channels]) =>
    weightAndBias(conv2dWeightShape(channels, outChannels, [along(kernel, 0), along(kernel, 1)], groups), fill).slice(
      0,
      bias === false ? 1 : 2,
    ),
  module: ({ outChannels, kernel, stride, padding, dilation, groups, fill, bias }, context) =>
    new Conv2d(context.input[0], outChannels, kernel, {
      ...freshWeights(fill, context),
      stride,
      padding,
      dilation,
      groups,
      bias: bias !== false,
    }),
  fusesActivation: true,
};
