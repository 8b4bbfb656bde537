import sgdWgsl from '../../shaders/optim/sgd.wgsl';
import sgdPlainWgsl from '../../shaders/optim/sgd_plain.wgsl';
import { SppgpuError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParameterGroup } from './optimizer.js';

export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

const NAMES: OptionNames<SgdOptions> = {
  lr: true,
  momentum: true,
  dampening: true,
  weightDecay: true,
  nesterov: true,
};
const withMomentum = defineKernel(sgdWgsl);
const plain = defineKernel(sgdPlainWgsl);

/** Stochastic gradient descent with momentum, Nesterov and weight decay: PyTorch's `SGD`. */
export class SGD extends Optimizer {
  private readonly settings: Required<Omit<SgdOptions, 'lr'>>;

  /** @throws SppgpuError for a setting that PyTorch refuses, and for one that is not finite */
  constructor(params: readonly Tensor[] | readonly ParameterGroup[], options: SgdOptions) {
    checkOptions('SGD', options, NAMES);
    super(params, options?.lr, ['momentum']);
    const { momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
    checkSetting('SGD', 'momentum', momentum, { least: 0 });
    checkSetting('SGD', 'dampening', dampening);
    checkSetting('SGD', 'weightDecay', weightDecay, { least: 0 });
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new SppgpuError('SGD: nesterov needs a momentum above 0 and no dampening');
    }
    this.settings = { momentum, dampening, weightDecay, nesterov };
  }

  protected override update(weight: Tensor, gradient: Tensor, group: Required<ParameterGroup>, index: number): void {
    const { momentum, dampening, weightDecay, nesterov } = this.settings;
    const lr = this.lr * group.lrMultiplier;
    const decay = weightDecay * group.decayMultiplier;
    if (momentum === 0) {
      this.run(weight.device, plain, { gradient, weight }, { lr, decay });
      return;
    }
    const first = !this.hasBuffer(index, 'momentum');
    const velocity = this.buffer(weight, index, 'momentum');
    this.run(
      weight.device,
      withMomentum,
      { gradient, weight, velocity },
      { first, nesterov, lr, momentum, dampening, decay },
    );
  }
}
