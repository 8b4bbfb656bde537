import { noGrad } from '../autograd/mode.js';
import { mul } from '../ops/mul.js';
import { sub } from '../ops/sub.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { accumulate } from '../tensor/fill.js';
import { keep, scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

export interface EmaOptions {
  /** Share of the old average in the new one, below 1. Default 0.999. */
  readonly decay?: number;
}

/** What averages are taken of, such as an `nn.Module`. */
export interface Averaged {
  stateDict(): ReadonlyMap<string, Tensor>;
}

const NAMES: OptionNames<EmaOptions> = { decay: true };

/**
 * An exponential moving average of a network's parameters and buffers, which often does better on held-out data than the
 * network itself. Call `update()` after every step; `network.loadStateDict(ema.stateDict())` takes it over.
 */
export class ExponentialMovingAverage {
  private readonly decay: number;
  private readonly averages: ReadonlyMap<string, Tensor>;

  /** Starts from the network as it is. @throws SppgpuError unless the decay is from 0 below 1 */
  constructor(
    private readonly network: Averaged,
    options: EmaOptions = {},
  ) {
    checkOptions('ExponentialMovingAverage', options, NAMES);
    this.decay = options.decay ?? 0.999;
    checkSetting('ExponentialMovingAverage', 'decay', this.decay, { least: 0, below: 1 });
    this.averages = new Map([...network.stateDict()].map(([name, tensor]) => [name, keep(tensor.denseCopy('ema'))]));
  }

  /** Moves the average towards the network. */
  update(): void {
    const current = this.network.stateDict();
    noGrad(() =>
      scope(() => {
        for (const [name, average] of this.averages) {
          accumulate(average, mul(sub(current.get(name)!, average), 1 - this.decay));
          average.markModified();
        }
      }),
    );
  }

  /** The averages by the network's names: to load into it, or to save. */
  stateDict(): ReadonlyMap<string, Tensor> {
    return this.averages;
  }

  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
  }
}
