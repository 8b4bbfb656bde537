import { matmul } from '../ops/matmul.js';
import type { Tensor } from '../tensor/tensor.js';
import type { LayerOptions } from './conv2d.js';
import { uniformFanIn } from './init.js';
import { Module, parameter } from './module.js';

export interface LinearOptions extends LayerOptions {
  readonly bias?: boolean;
}

/** `x Wᵀ + b` for `[N, in]`, as PyTorch's. Parameters: `weight` `[out, in]`, `bias` `[out]`. */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  private readonly activation: 'none' | 'relu';

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions) {
    super();
    const { device, generator, bias = true } = options;
    this.activation = options.activation ?? 'none';
    const byFanIn = uniformFanIn(inFeatures);
    this.weight = parameter((options.weightInit ?? byFanIn)(device, [outFeatures, inFeatures], generator));
    this.bias = bias ? parameter((options.biasInit ?? byFanIn)(device, [outFeatures], generator)) : null;
  }

  override forward(x: Tensor): Tensor {
    return matmul(x, this.weight, { transposeB: true, bias: this.bias ?? undefined, activation: this.activation });
  }
}
