import adamWgsl from '../../shaders/optim/adam.wgsl';
import { SppgpuError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Optimizer, type ParameterGroup } from './optimizer.js';
import { numbersOf, type OptimizerState, type StoredOptimizerState } from './optimizer-state.js';

export interface AdamOptions {
  readonly lr?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

const NAMES: OptionNames<AdamOptions> = { lr: true, betas: true, eps: true, weightDecay: true };
const kernel = defineKernel(adamWgsl);

/** PyTorch's `Adam`: the weight decay is added to the gradient. */
export class Adam extends Optimizer {
  protected readonly decoupled: boolean = false;
  /** Steps of each parameter: the bias correction of one that joins late starts when it joins. */
  private counts = new Map<number, number>();

  private readonly settings: Required<Omit<AdamOptions, 'lr'>>;

  /** @throws SppgpuError for a setting that PyTorch refuses, and for one that is not finite */
  constructor(params: readonly Tensor[] | readonly ParameterGroup[], options: AdamOptions = {}) {
    checkOptions('Adam', options, NAMES);
    super(params, options.lr ?? 1e-3, ['mean', 'square']);
    const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw new SppgpuError(`Adam: betas ${betas} is not usable; give two numbers from 0 below 1`);
    }
    for (const beta of betas) checkSetting('Adam', 'a beta of', beta, { least: 0, below: 1 });
    checkSetting('Adam', 'eps', eps, { least: 0 });
    checkSetting('Adam', 'weightDecay', weightDecay, { least: 0 });
    this.settings = { betas: [betas[0], betas[1]], eps, weightDecay };
  }

  protected override update(weight: Tensor, gradient: Tensor, group: Required<ParameterGroup>, index: number): void {
    const { betas, eps, weightDecay } = this.settings;
    const [beta1, beta2] = betas;
    const step = (this.counts.get(index) ?? 0) + 1;
    this.counts.set(index, step);
    const mean = this.buffer(weight, index, 'mean');
    const square = this.buffer(weight, index, 'square');
    this.run(
      weight.device,
      kernel,
      { gradient, weight, mean, square },
      {
        decoupled: this.decoupled,
        lr: this.lr * group.lrMultiplier,
        beta1,
        beta2,
        // In f64: `1 - beta2` of an f32 beta2 is off by 5e-5.
        mean_share: 1 - beta1,
        square_share: 1 - beta2,
        eps,
        decay: weightDecay * group.decayMultiplier,
        correction1: 1 - beta1 ** step,
        correction2: Math.sqrt(1 - beta2 ** step),
      },
    );
  }

  /** The numbers have a `N.steps` for each parameter that has been stepped. */
  override stateDict(): OptimizerState {
    const { tensors, numbers } = super.stateDict();
    const counts = [...this.counts].map(([index, steps]) => [`${index}.steps`, steps]);
    return { tensors, numbers: { ...numbers, ...Object.fromEntries(counts) } };
  }

  override dispose(): void {
    super.dispose();
    this.counts.clear();
  }

  override loadStateDict(state: StoredOptimizerState): void {
    const numbers = numbersOf(state);
    for (const [name, value] of Object.entries(numbers)) {
      if (name.endsWith('.steps')) checkSetting('optimizer state', name, value, { least: 0, integer: true });
    }
    super.loadStateDict(state);
    // A state written before steps were counted for each parameter has the common count only.
    const indices = [...state.tensors.keys()].map((name) => Number.parseInt(name, 10));
    this.counts = new Map(indices.map((index) => [index, numbers[`${index}.steps`] ?? this.steps]));
  }
}

/** PyTorch's `AdamW`: the weight decay shrinks the weights directly. Its default decay is 0.01. */
export class AdamW extends Adam {
  protected override readonly decoupled = true;

  constructor(params: readonly Tensor[] | readonly ParameterGroup[], options: AdamOptions = {}) {
    super(params, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }
}
