import { checkSetting } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

/** Multiplies the rate by `gamma` at every call. */
export class ExponentialLR extends EpochSchedule {
  constructor(
    optimizer: Optimizer,
    private readonly gamma: number,
  ) {
    super(optimizer);
    checkSetting('ExponentialLR', 'gamma', gamma, { least: 0 });
  }

  protected override rate(count: number): number {
    return this.baseLr * this.gamma ** count;
  }
}
