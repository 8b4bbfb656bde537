import { batchNorm, channelLayout } from '../ops/batch-norm.js';
import { mul } from '../ops/mul.js';
import { momentsOf, normalizeGroups } from '../ops/normalization/groups.js';
import { sub } from '../ops/sub.js';
import type { Device } from '../runtime/device.js';
import { checkSetting, type OptionNames } from '../runtime/options.js';
import { ones, zeros } from '../tensor/create.js';
import { accumulate } from '../tensor/fill.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkNormOptions } from './layer-options.js';
import { Module, parameter } from './module.js';

export interface BatchNorm2dOptions {
  readonly device: Device;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** Share of a batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
  /** false: without `weight` and `bias`. Default true. */
  readonly affine?: boolean;
}

const NAMES: OptionNames<BatchNorm2dOptions> = { device: true, eps: true, momentum: true, affine: true };

/**
 * Batch normalisation of `[N, C, H, W]` (or any rank from 2), as PyTorch's. In training by the batch's mean and variance, which
 * move the buffers `running_mean` and `running_var` `[C]`; in evaluation, or `frozen`, by these. Parameters: `weight`, `bias`.
 */
export class BatchNorm2d extends Module {
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
  /** Keeps the running statistics in training, too, and normalises by them: for fine-tuning on few pictures. */
  frozen = false;
  private readonly settings: { readonly eps: number; readonly momentum: number };

  constructor(channels: number, options: BatchNorm2dOptions) {
    super();
    checkNormOptions('BatchNorm2d', options, NAMES);
    const { device, eps = 1e-5, momentum = 0.1, affine = true } = options;
    checkSetting('BatchNorm2d', 'channels', channels, { least: 1, integer: true });
    checkSetting('BatchNorm2d', 'momentum', momentum, { least: 0, most: 1 });
    this.settings = { eps, momentum };
    this.weight = affine ? parameter(ones(device, [channels])) : null;
    this.bias = affine ? parameter(zeros(device, [channels])) : null;
    this.registerBuffer('running_mean', zeros(device, [channels]));
    this.registerBuffer('running_var', ones(device, [channels]));
  }

  override forward(x: Tensor): Tensor {
    const { eps } = this.settings;
    const buffers = this.namedBuffers();
    const running = { mean: buffers.get('running_mean')!, variance: buffers.get('running_var')! };
    if (!this.training || this.frozen) return batchNorm(x, this.weight, this.bias, { moments: running, eps });
    return scope(() => {
      const layout = channelLayout(x);
      const own = momentsOf(x, layout);
      const count = layout[0] * layout[2];
      this.follow(running.mean, own.mean);
      this.follow(running.variance, mul(own.variance, count / Math.max(1, count - 1)));
      return normalizeGroups('batchNorm', x, this.weight, this.bias, layout, eps, { ...own, own: true });
    });
  }

  private follow(buffer: Tensor, value: Tensor): void {
    accumulate(buffer, mul(sub(value, buffer), this.settings.momentum));
    buffer.markModified();
  }
}
