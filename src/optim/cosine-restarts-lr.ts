import { checkSetting, type OptionNames, requireOptions } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

export interface CosineAnnealingWarmRestartsOptions {
  /** Calls of `step` in the first cycle. */
  readonly first: number;
  /** Each cycle is longer than the one before by this whole factor. Default 1. */
  readonly factor?: number;
  /** Default 0. */
  readonly minLr?: number;
}

const NAMES: OptionNames<CosineAnnealingWarmRestartsOptions> = { first: true, factor: true, minLr: true };

/** Half a cosine from the base rate to `minLr`, again and again (SGDR, Loshchilov and Hutter 2017). */
export class CosineAnnealingWarmRestarts extends EpochSchedule {
  private readonly settings: Required<CosineAnnealingWarmRestartsOptions>;

  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    super(optimizer);
    requireOptions('CosineAnnealingWarmRestarts', options, NAMES);
    const { first, factor = 1, minLr = 0 } = options;
    checkSetting('CosineAnnealingWarmRestarts', 'first', first, { least: 1, integer: true });
    checkSetting('CosineAnnealingWarmRestarts', 'factor', factor, { least: 1, integer: true });
    checkSetting('CosineAnnealingWarmRestarts', 'minLr', minLr, { least: 0 });
    this.settings = { first, factor, minLr };
  }

  protected override rate(count: number): number {
    const { first, factor, minLr } = this.settings;
    let [length, rest] = [first, factor === 1 ? count % first : count];
    while (rest >= length) {
      rest -= length;
      length *= factor;
    }
    return minLr + ((this.baseLr - minLr) * (1 + Math.cos((Math.PI * rest) / length))) / 2;
  }
}
