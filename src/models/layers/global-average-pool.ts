import { Module } from '../../nn/module.js';
import { mean } from '../../ops/mean.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type LayerKind, requireMap } from './kind.js';

/** Mean over the whole map: one feature per channel. */
export interface GlobalAveragePoolLayer {
  readonly type: 'globalAveragePool';
  readonly name: string;
}

export const globalAveragePool = (name: string): GlobalAveragePoolLayer => ({ type: 'globalAveragePool', name });

export const globalAveragePoolKind: LayerKind<GlobalAveragePoolLayer> = {
  type: 'globalAveragePool',
  output: (_layer, input, at) => [requireMap(input, at)[0]],
  module: () => new GlobalAveragePool(),
  keepsSigns: true,
};

/** `[N, C, H, W]` to `[N, C]`. */
class GlobalAveragePool extends Module {
  override forward(x: Tensor): Tensor {
    return mean(x, { axes: [2, 3] });
  }
}
