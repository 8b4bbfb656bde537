import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import sgdWgsl from '../../shaders/optim/sgd.wgsl?raw';
import sgdPlainWgsl from '../../shaders/optim/sgd_plain.wgsl?raw';
import { SppgpuError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParameterGroup } from './optimizer.js';

export interface SgdOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

const withMomentum = defineKernel('sgd_momentum', gridWgsl, sgdWgsl);
const plain = defineKernel('sgd', gridWgsl, sgdPlainWgsl);

/** Stochastic gradient descent with momentum, Nesterov and weight decay: PyTorch's `SGD`. */
export class SGD extends Optimizer {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup[],
    private readonly options: SgdOptions,
  ) {
    super(params, options.lr, ['momentum']);
    if (options.nesterov && (!options.momentum || options.dampening)) {
      throw new SppgpuError('SGD: nesterov needs a momentum above 0 and no dampening');
    }
  }

  protected override update(weight: Tensor, gradient: Tensor, group: Required<ParameterGroup>, index: number): void {
    const { momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = this.options;
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
