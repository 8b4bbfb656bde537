import { Conv2d } from '../nn/conv2d.js';
import type { LayerOptions } from '../nn/layer-options.js';
import { Module } from '../nn/module.js';
import { concat } from '../ops/concat.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FireLayer } from './layers.js';

/** SqueezeNet's fire block: squeeze 1x1, then expand 1x1 and 3x3 joined on the channel axis, ReLU after each. */
export class Fire extends Module {
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
