import { linear } from '../ops/linear.js';
import { checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { uniformFanIn } from './init.js';
import { checkLayerOptions, LAYER_NAMES, type LayerOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export interface LinearOptions extends LayerOptions {
  readonly bias?: boolean;
}

const NAMES: OptionNames<LinearOptions> = { ...LAYER_NAMES, bias: true };

/** The shape of a linear layer's weight: `[out, in]`. */
export function linearWeightShape(inFeatures: number, outFeatures: number): number[] {
  return [outFeatures, inFeatures];
}

/** `x Wᵀ + b` for `[..., in]`, as PyTorch's. Parameters: `weight` `[out, in]`, `bias` `[out]`. */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  private readonly activation: 'none' | 'relu';

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions) {
    super();
    checkLayerOptions('Linear', options, NAMES);
    checkSetting('Linear', 'inFeatures', inFeatures, { least: 1, integer: true });
    checkSetting('Linear', 'outFeatures', outFeatures, { least: 1, integer: true });
    const { device, generator, bias = true } = options;
    this.activation = options.activation ?? 'none';
    const byFanIn = uniformFanIn(inFeatures);
    this.weight = parameter(
      (options.weightInit ?? byFanIn)(device, linearWeightShape(inFeatures, outFeatures), generator),
    );
    this.bias = bias ? parameter((options.biasInit ?? byFanIn)(device, [outFeatures], generator)) : null;
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias, { activation: this.activation });
  }
}
