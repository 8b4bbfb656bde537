import { layerNorm } from '../ops/layer-norm.js';
import type { Device } from '../runtime/device.js';
import type { OptionNames } from '../runtime/options.js';
import { ones, zeros } from '../tensor/create.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkNormOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export interface NormOptions {
  readonly device: Device;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** false: without `weight` and `bias`. Default true. */
  readonly affine?: boolean;
}

export const NORM_NAMES: OptionNames<NormOptions> = { device: true, eps: true, affine: true };

/** Normalises the last axes, which have this shape, of every row; parameters `weight` and `bias` of the shape. As PyTorch's. */
export class LayerNorm extends Module {
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  private readonly axes: number;
  private readonly eps: number;

  constructor(shape: number | Shape, options: NormOptions) {
    super();
    checkNormOptions('LayerNorm', options, NORM_NAMES);
    const { device, eps = 1e-5, affine = true } = options;
    const dims = typeof shape === 'number' ? [shape] : shape;
    this.axes = dims.length;
    this.eps = eps;
    this.weight = affine ? parameter(ones(device, dims)) : null;
    this.bias = affine ? parameter(zeros(device, dims)) : null;
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, { axes: this.axes, eps: this.eps });
  }
}
