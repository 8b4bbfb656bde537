import { Module } from '../nn/module.js';
import { mean } from '../ops/mean.js';
import type { Tensor } from '../tensor/tensor.js';

/** `[N, C, H, W]` to `[N, C]`: the mean over the map. */
export class GlobalAveragePool extends Module {
  override forward(x: Tensor): Tensor {
    return mean(x, { axes: [2, 3] });
  }
}
