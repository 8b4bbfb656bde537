import { indexSelect } from '../ops/index-select.js';
import { checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { normal } from './init.js';
import { checkLayerOptions, LAYER_NAMES, type LayerOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export type EmbeddingOptions = Omit<LayerOptions, 'activation' | 'biasInit'>;

const { activation: _, biasInit: __, ...LAYER } = LAYER_NAMES;
const NAMES: OptionNames<EmbeddingOptions> = LAYER;

/** A vector for each of `count` things, looked up by i32 indices of any shape: `[...]` to `[..., features]`. Fresh: N(0, 1). */
export class Embedding extends Module {
  readonly weight: Tensor;

  constructor(count: number, features: number, options: EmbeddingOptions) {
    super();
    checkLayerOptions('Embedding', options, NAMES);
    checkSetting('Embedding', 'count', count, { least: 1, integer: true });
    checkSetting('Embedding', 'features', features, { least: 1, integer: true });
    this.weight = parameter((options.weightInit ?? normal(1))(options.device, [count, features], options.generator));
  }

  override forward(indices: Tensor): Tensor {
    return indexSelect(this.weight, indices);
  }
}
