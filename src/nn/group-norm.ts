import { groupNorm } from '../ops/group-norm.js';
import { checkSetting } from '../runtime/options.js';
import { ones, zeros } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { NORM_NAMES, type NormOptions } from './layer-norm.js';
import { checkNormOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

/** Normalises runs of channels of each image; parameters `weight` and `bias` `[C]`. As PyTorch's. */
export class GroupNorm extends Module {
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  private readonly eps: number;

  constructor(
    readonly groups: number,
    channels: number,
    options: NormOptions,
  ) {
    super();
    checkNormOptions('GroupNorm', options, NORM_NAMES);
    const { device, eps = 1e-5, affine = true } = options;
    checkSetting('GroupNorm', 'channels', channels, { least: 1, integer: true });
    this.eps = eps;
    this.weight = affine ? parameter(ones(device, [channels])) : null;
    this.bias = affine ? parameter(zeros(device, [channels])) : null;
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.groups, this.weight, this.bias, { eps: this.eps });
  }
}
