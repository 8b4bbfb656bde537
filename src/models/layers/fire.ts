import { Conv2d, conv2dWeightShape } from '../../nn/conv2d.js';
import type { LayerOptions } from '../../nn/layer-options.js';
import { Module } from '../../nn/module.js';
import { concat } from '../../ops/concat.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Fill, freshWeights, type LayerKind, slid, weightAndBias } from './kind.js';
import { axisOf } from './window.js';

/** SqueezeNet's block: a 1x1 squeeze, then 1x1 and padded 3x3 expansions side by side on the channel axis, ReLU after each. */
export interface FireLayer {
  readonly type: 'fire';
  readonly name: string;
  readonly squeeze: number;
  readonly expand1x1: number;
  readonly expand3x3: number;
  readonly fill: Fill;
}

export const fire = (name: string, squeeze: number, expand: number, fill: Fill): FireLayer => ({
  type: 'fire',
  name,
  squeeze,
  expand1x1: expand,
  expand3x3: expand,
  fill,
});

/** The block moves over the map as its padded 3x3 part does. */
const WINDOW = { kernel: 3, stride: 1, padding: 1 };

export const fireKind: LayerKind<FireLayer> = {
  type: 'fire',
  window: (_layer, axis) => axisOf(WINDOW, axis),
  output: ({ expand1x1, expand3x3 }, input, at) =>
    slid((axis) => axisOf(WINDOW, axis), expand1x1 + expand3x3, input, at),
  parameters: ({ squeeze, expand1x1, expand3x3, fill }, [channels]) => [
    ...weightAndBias(conv2dWeightShape(channels, squeeze, [1, 1]), fill, 'squeeze1x1.'),
    ...weightAndBias(conv2dWeightShape(squeeze, expand1x1, [1, 1]), fill, 'expand1x1.'),
    ...weightAndBias(conv2dWeightShape(squeeze, expand3x3, [3, 3]), fill, 'expand3x3.'),
  ],
  module: (layer, context) => new Fire(context.input[0], layer, freshWeights(layer.fill, context)),
  notNegative: () => true,
};

class Fire extends Module {
  readonly squeeze1x1: Conv2d;
  readonly expand1x1: Conv2d;
  readonly expand3x3: Conv2d;

  constructor(inChannels: number, layer: FireLayer, options: LayerOptions) {
    super();
    const rectified: LayerOptions = { ...options, activation: 'relu' };
    this.squeeze1x1 = new Conv2d(inChannels, layer.squeeze, 1, rectified);
    this.expand1x1 = new Conv2d(layer.squeeze, layer.expand1x1, 1, rectified);
    this.expand3x3 = new Conv2d(layer.squeeze, layer.expand3x3, 3, { ...rectified, padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const squeezed = this.squeeze1x1.forward(x);
      return concat([this.expand1x1.forward(squeezed), this.expand3x3.forward(squeezed)], { axis: 1 });
    });
  }
}
