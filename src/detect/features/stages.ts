import type { Device } from '../../runtime/device.js';

/** What the time for a picture is spent on, in order. */
export const STAGES = ['proposals', 'conv', 'pool', 'fc', 'svm', 'nms'] as const;
export type Stage = (typeof STAGES)[number];
export type StageSeconds = Record<Stage, number>;

/**
 * Adds up the seconds of each stage. Work on a device only counts when it is done, so the clock awaits the device behind
 * every stage; what is not to be measured goes without a clock and need not wait.
 */
export class StageClock {
  readonly seconds: StageSeconds = { proposals: 0, conv: 0, pool: 0, fc: 0, svm: 0, nms: 0 };

  constructor(private readonly device: Device) {}

  async measure<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await work();
    await this.device.sync();
    this.seconds[stage] += (performance.now() - start) / 1000;
    return result;
  }
}

/** Runs a stage, under the clock if there is one. */
export async function stage<T>(clock: StageClock | undefined, name: Stage, work: () => T | Promise<T>): Promise<T> {
  return clock ? clock.measure(name, work) : work();
}
