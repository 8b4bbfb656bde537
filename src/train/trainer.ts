import type { EpochSums, Position } from '../models/checkpoint-info.js';
import { Pace } from '../runtime/pace.js';
import { divergence } from './divergence.js';
import { addSums, means, NO_EXAMPLES } from './epoch-metrics.js';
import { watchedLoss } from './metrics.js';
import { type Objective, type SingleLabelScores, singleLabel } from './objective.js';
import { sizeOfEpoch } from './size-policy.js';
import type { EpochExtras, EpochReport, Rounds, TrainerOptions } from './trainer-options.js';

/**
 * Trains a network: one input size per epoch, batches of that size, one optimizer step per batch. Everything random is drawn
 * by position, so a run continued from a checkpoint ends in the same weights as one never interrupted.
 */
export class Trainer<Scores extends object = SingleLabelScores> {
  private position: Position = { epoch: 0, step: 0, sums: NO_EXAMPLES };
  private readonly ending = new AbortController();

  private readonly objective: Objective<Scores>;

  constructor(private readonly options: TrainerOptions<Scores>) {
    // Without an objective the scores are those of the default.
    this.objective = options.objective ?? (singleLabel as unknown as Objective<Scores>);
  }

  /** Where the run stands, with every finished step read back: call it from `onStep`, or after `run`. */
  get state(): Position {
    return this.position;
  }

  /** Continues from a position; weights, optimizer, schedule and generator are restored by the caller. */
  resume(position: Position): void {
    this.position = position;
  }

  /** Ends the run after the step in progress, also where it waits for pictures or validates. */
  stop(): void {
    this.ending.abort();
  }

  private get stopped(): boolean {
    return this.ending.signal.aborted;
  }

  /** @returns true if all epochs are done, false if `stop()` ended the run. */
  async run(epochs: number): Promise<boolean> {
    const { network, schedule, scheduleBy = 'epoch' } = this.options;
    network.train();
    while (this.position.epoch < epochs) {
      const report = await this.epoch(this.position.epoch);
      if (!report) return false;
      const extras = await this.validated();
      if (!extras) return false;
      const record = { ...report, ...extras };
      if (scheduleBy === 'epoch') schedule.step(watchedLoss(record));
      this.position = { epoch: this.position.epoch + 1, step: 0, sums: NO_EXAMPLES };
      await this.options.onEpoch?.(record);
      if (this.stopped) return this.position.epoch >= epochs;
    }
    return true;
  }

  /** Null if `stop()` came before the end. */
  private async validated(): Promise<EpochExtras | null> {
    const { validate } = this.options;
    if (!validate) return {};
    return this.stopped ? null : this.unlessStopped(validate(this.ending.signal));
  }

  /** Null in place of the reason that `stop()` makes waits fail with. */
  private async unlessStopped<T>(work: Promise<T>): Promise<T | null> {
    try {
      return await work;
    } catch (error) {
      if (this.stopped && error === this.ending.signal.reason) return null;
      throw error;
    }
  }

  /**
   * Trains the running epoch up to step `end`, and neither judges nor ends it: what a replica does between two averages.
   * @returns false if `stop()` came before
   */
  async runTo(end: number): Promise<boolean> {
    this.options.network.train();
    await this.steps(this.position.epoch, end);
    return this.position.step >= end;
  }

  private async epoch(epoch: number): Promise<EpochReport<Scores> | null> {
    const { loader, optimizer, sizes, seed } = this.options;
    const start = performance.now();
    const before = this.position.sums.examples;
    await this.steps(epoch, loader.batches);
    if (this.position.step < loader.batches) return null;
    // Where the schedule counts steps, the rate at the end is the one that a resumed run finds, too.
    const { lr } = optimizer;
    const size = sizeOfEpoch(sizes, epoch, seed);
    const seconds = (performance.now() - start) / 1000;
    const { sums } = this.position;
    const imagesPerSecond = (sums.examples - before) / seconds;
    const { examples } = sums;
    return { epoch, size, lr, ...this.means(sums), examples, seconds, imagesPerSecond, loader: loader.stats };
  }

  /** Trains from where the run stands to step `end` of the epoch, or as far as `stop()` lets it. */
  private async steps(epoch: number, end: number): Promise<void> {
    const { loader, sizes, seed, onStep, rounds, readEvery = 8, schedule, scheduleBy } = this.options;
    const size = sizeOfEpoch(sizes, epoch, seed);
    const start = performance.now();
    const before = this.position.sums.examples;
    const pace = new Pace(readEvery);
    const { signal } = this.ending;
    /** Batches of the epoch that are done or queued. */
    let { step } = this.position;
    const reached = async (sums: EpochSums) => {
      this.position = { epoch, step, sums };
      const imagesPerSecond = (sums.examples - before) / ((performance.now() - start) / 1000);
      await onStep?.({ ...this.position, steps: loader.batches, size, ...this.means(sums), imagesPerSecond });
    };
    const { QueuedSteps } = await import('./queued-steps.js');
    const queued = new QueuedSteps(this.options, this.objective);
    const settle = async () => {
      const steps = queued.count;
      const sums = await queued.read(this.position.sums, (what) => divergence(what, epoch, step));
      pace.finished(steps);
      await reached(sums);
    };
    const alone = async () => {
      for await (const { items, index } of loader.epoch(epoch, { startBatch: step, endBatch: end, signal })) {
        await queued.take(items, size);
        step = index + 1;
        if (queued.count >= pace.depth || this.stopped) await settle();
        if (this.stopped) return;
      }
      step = end;
    };
    const inRounds = async ({ steps, train }: Rounds) => {
      while (step < end && !this.stopped) {
        const to = Math.min(step + steps, end);
        const counted = await train({ epoch, from: step, to }, signal);
        if (scheduleBy === 'step') for (let i = step; i < to; i++) schedule.step();
        step = to;
        await reached(addSums(this.position.sums, counted));
      }
    };
    await this.unlessStopped(rounds ? inRounds(rounds) : alone());
    if (queued.count > 0) await settle();
    // Batches without a readable picture leave no step to settle.
    if (step === end) this.position = { ...this.position, epoch, step };
  }

  private means(sums: EpochSums): Scores & { loss: number } {
    return means(this.objective, sums);
  }
}
