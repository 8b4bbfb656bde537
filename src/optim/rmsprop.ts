import plainWgsl from '../../shaders/optim/rmsprop.wgsl';
import momentumWgsl from '../../shaders/optim/rmsprop_momentum.wgsl';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParameterGroup } from './optimizer.js';

export interface RmspropOptions {
  /** Default 0.01. */
  readonly lr?: number;
  /** How slowly the running square forgets. Default 0.99. */
  readonly alpha?: number;
  readonly eps?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  /** Divides by the deviation of the gradient in place of its root mean square. Default false. */
  readonly centered?: boolean;
}

const NAMES: OptionNames<RmspropOptions> = {
  lr: true,
  alpha: true,
  eps: true,
  weightDecay: true,
  momentum: true,
  centered: true,
};
const plain = defineKernel(plainWgsl);
const withMomentum = defineKernel(momentumWgsl);

/** PyTorch's `RMSprop`: the gradient over the root of its running square. */
export class RMSprop extends Optimizer {
  private readonly settings: Required<Omit<RmspropOptions, 'lr'>>;

  /** @throws SppgpuError for a setting that PyTorch refuses, and for one that is not finite */
  constructor(params: readonly Tensor[] | readonly ParameterGroup[], options: RmspropOptions = {}) {
    checkOptions('RMSprop', options, NAMES);
    super(params, options.lr ?? 0.01, ['square', 'mean', 'velocity']);
    const { alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0, centered = false } = options;
    for (const [name, value] of Object.entries({ alpha, eps, weightDecay, momentum })) {
      checkSetting('RMSprop', name, value, { least: 0 });
    }
    this.settings = { alpha, eps, weightDecay, momentum, centered };
  }

  protected override update(weight: Tensor, gradient: Tensor, group: Required<ParameterGroup>, index: number): void {
    const { alpha, eps, weightDecay, momentum, centered } = this.settings;
    const square = this.buffer(weight, index, 'square');
    const params = {
      lr: this.lr * group.lrMultiplier,
      alpha,
      // In f64: `1 - alpha` of an f32 alpha is off by 6e-6.
      share: 1 - alpha,
      eps,
      decay: weightDecay * group.decayMultiplier,
    };
    if (momentum === 0 && !centered) {
      this.run(weight.device, plain, { gradient, weight, square }, params);
      return;
    }
    const mean = this.buffer(weight, index, 'mean');
    const velocity = this.buffer(weight, index, 'velocity');
    const tensors = { gradient, weight, square, mean, velocity };
    this.run(weight.device, withMomentum, tensors, { ...params, momentum }, { CENTERED: centered });
  }
}
