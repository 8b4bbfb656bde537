import { SppgpuError } from '../runtime/errors.js';
import { checkSetting } from '../runtime/options.js';
import type { Optimizer } from './optimizer.js';
import { EpochSchedule } from './schedules.js';

/** Schedules one after another, a warm-up and a cosine, say; each counts from the call at which it begins. */
export class SequentialLR extends EpochSchedule {
  /**
   * @param schedules of the same optimizer; only this one is to be stepped
   * @param milestones the call at which each schedule but the first takes over, ascending
   * @throws SppgpuError unless there is a milestone between any two schedules
   */
  constructor(
    optimizer: Optimizer,
    private readonly schedules: readonly EpochSchedule[],
    private readonly milestones: readonly number[],
  ) {
    super(optimizer);
    if (schedules.length === 0 || milestones.length !== schedules.length - 1) {
      throw new SppgpuError(
        `SequentialLR: ${milestones.length} milestones for ${schedules.length} schedules; give one between each two`,
      );
    }
    for (const [i, at] of milestones.entries()) {
      checkSetting('SequentialLR', 'milestone', at, { above: milestones[i - 1] ?? 0, integer: true });
    }
    this.begin();
  }

  protected override rate(count: number): number {
    const past = this.milestones.filter((milestone) => milestone <= count).length;
    return this.baseLr * this.schedules[past]!.shareAt(count - (this.milestones[past - 1] ?? 0));
  }
}
