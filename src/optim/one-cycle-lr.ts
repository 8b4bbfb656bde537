import { checkSetting, type OptionNames, requireOptions } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

export interface OneCycleLROptions {
  /** The rate at the top. */
  readonly maxLr: number;
  /** Calls of `step` in all. */
  readonly steps: number;
  /** Share of them that the rate rises. Default 0.3. */
  readonly riseShare?: number;
  /** `maxLr` over the rate at the beginning. Default 25. */
  readonly divFactor?: number;
  /** The rate at the beginning over that at the end. Default 1e4. */
  readonly finalDivFactor?: number;
}

const NAMES: OptionNames<OneCycleLROptions> = {
  maxLr: true,
  steps: true,
  riseShare: true,
  divFactor: true,
  finalDivFactor: true,
};

/** Half a cosine up to `maxLr` and another down to almost nothing (Smith and Topin 2018), usually per step. Momentum stays. */
export class OneCycleLR extends EpochSchedule {
  private readonly settings: Required<OneCycleLROptions>;

  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    super(optimizer);
    requireOptions('OneCycleLR', options, NAMES);
    const { maxLr, steps, riseShare = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
    checkSetting('OneCycleLR', 'maxLr', maxLr, { above: 0 });
    checkSetting('OneCycleLR', 'steps', steps, { least: 1, integer: true });
    checkSetting('OneCycleLR', 'riseShare', riseShare, { least: 0, most: 1 });
    checkSetting('OneCycleLR', 'divFactor', divFactor, { above: 0 });
    checkSetting('OneCycleLR', 'finalDivFactor', finalDivFactor, { above: 0 });
    this.settings = { maxLr, steps, riseShare, divFactor, finalDivFactor };
    this.begin();
  }

  protected override rate(count: number): number {
    const { maxLr, steps, riseShare, divFactor, finalDivFactor } = this.settings;
    const first = maxLr / divFactor;
    const top = riseShare * steps - 1;
    const cosine = (from: number, to: number, share: number) =>
      to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
    if (count <= top) return cosine(first, maxLr, count / top);
    return cosine(maxLr, first / finalDivFactor, (count - top) / (steps - 1 - top));
  }
}
