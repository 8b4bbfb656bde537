import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

/** Multiplies the base rate by what a function says of the number of calls so far. */
export class LambdaLR extends EpochSchedule {
  constructor(
    optimizer: Optimizer,
    private readonly factor: (count: number) => number,
  ) {
    super(optimizer);
    this.begin();
  }

  protected override rate(count: number): number {
    return this.baseLr * this.factor(count);
  }
}
