import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

export interface LinearLROptions {
  /** Share of the base rate at the beginning. Default 1 / 3. */
  readonly startFactor?: number;
  /** Share after `steps` calls, and from there on. Default 1. */
  readonly endFactor?: number;
  /** Default 5. */
  readonly steps?: number;
}

const NAMES: OptionNames<LinearLROptions> = { startFactor: true, endFactor: true, steps: true };

/** A straight line from a share of the base rate to another: a warm-up, above all. */
export class LinearLR extends EpochSchedule {
  private readonly settings: Required<LinearLROptions>;

  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    super(optimizer);
    checkOptions('LinearLR', options, NAMES);
    const { startFactor = 1 / 3, endFactor = 1, steps = 5 } = options;
    checkSetting('LinearLR', 'startFactor', startFactor, { least: 0 });
    checkSetting('LinearLR', 'endFactor', endFactor, { least: 0 });
    checkSetting('LinearLR', 'steps', steps, { least: 1, integer: true });
    this.settings = { startFactor, endFactor, steps };
    this.begin();
  }

  protected override rate(count: number): number {
    const { startFactor, endFactor, steps } = this.settings;
    return this.baseLr * (startFactor + (endFactor - startFactor) * Math.min(1, count / steps));
  }
}
