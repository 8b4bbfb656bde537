import { autocast } from '../autograd/mode.js';
import { savedTensorHooks } from '../autograd/saved-tensors.js';
import type { BatchItem, ImageLoader } from '../data/loader.js';
import type { LoaderStats } from '../data/loader-stats.js';
import type { EpochSums, Position } from '../models/checkpoint-info.js';
import type { Network } from '../models/network.js';
import { mul } from '../ops/mul.js';
import type { GradScaler } from '../optim/grad-scaler.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Schedule } from '../optim/schedules.js';
import { Pace } from '../runtime/pace.js';
import type { Generator } from '../tensor/generator.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { divergence } from './divergence.js';
import { addBatch, addSums, means, NO_EXAMPLES } from './epoch-metrics.js';
import { watchedLoss } from './metrics.js';
import { type Objective, type SingleLabelScores, singleLabel, type Target } from './objective.js';
import { saveAsHalves } from './saved-halves.js';
import { type SizePolicy, sizeOfEpoch } from './size-policy.js';
import { warmupShare } from './warmup.js';

/** A step with means, over the epoch so far, of the loss and of the objective's scores. */
export type StepReport<Scores extends object = SingleLabelScores> = Position &
  Scores & {
    readonly steps: number;
    readonly size: number;
    readonly loss: number;
    readonly imagesPerSecond: number;
  };

/** An epoch with its mean loss and means of the objective's scores. */
export type EpochReport<Scores extends object = SingleLabelScores> = Scores & {
  readonly epoch: number;
  readonly size: number;
  readonly lr: number;
  readonly loss: number;
  readonly examples: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly loader: LoaderStats | undefined;
};

/** How well the network did on held-out pictures after an epoch: metrics by `validationName`, the loss among them. */
export interface EpochExtras {
  readonly [metric: `validation${string}`]: number | undefined;
}

/** An epoch as the log and the checkpoint keep it. */
export type EpochRecord<Scores extends object = SingleLabelScores> = EpochReport<Scores> & EpochExtras;

/** Steps of one epoch, from the first to before the last. */
export interface StepSpan {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/** Rounds of local SGD: replicas of the network train elsewhere, each on its part of every batch, and are averaged. */
export interface Rounds {
  /** Steps of each replica between two averages. */
  readonly steps: number;
  /** Trains a span, and leaves network, optimizer and generator as the average has them. @returns what was counted */
  train(span: StepSpan, signal: AbortSignal): Promise<EpochSums>;
}

export interface TrainerOptions<Scores extends object = SingleLabelScores> {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** What the schedule counts. Default: epochs, with the loss for the plateau rule. */
  readonly scheduleBy?: 'epoch' | 'step';
  /** Steps over which the learning rate rises to what the schedule says. Default 0. */
  readonly warmup?: number;
  /** The stream that dropout draws from. */
  readonly generator: Generator;
  readonly loader: ImageLoader;
  readonly sizes: SizePolicy;
  readonly seed: number;
  /** Makes the network's input `[N, C, size, size]` of one batch; runs inside a scope. */
  readonly prepare: (items: readonly BatchItem[], size: number) => Tensor;
  /** What the network learns and what is counted; default: one class per picture (`singleLabel`). */
  readonly objective?: Objective<Scores>;
  /** Pictures per forward pass; gradients add up to the whole batch. Default: the batch. */
  readonly microBatch?: number;
  /** Keeps activations for the backward pass as halves. */
  readonly halfActivations?: boolean;
  /** Rounds the operands of products and convolutions to f16 (`autocast`), and keeps their gradients in its range. */
  readonly scaler?: GradScaler;
  /** Who trains the steps of an epoch, in the place of this process. */
  readonly rounds?: Rounds;
  /** Steps between readbacks of loss and hits at most; fewer where they take long (see `Pace`). Default 8. */
  readonly readEvery?: number;
  readonly onStep?: (report: StepReport<Scores>) => void | Promise<void>;
  /**
   * Runs after an epoch, before the schedule steps: its `validationLoss` is what the schedule watches then. `stop()` aborts the
   * signal; if it then throws the reason, a run that goes on from that position repeats it.
   */
  readonly validate?: ((signal: AbortSignal) => Promise<EpochExtras>) | undefined;
  readonly onEpoch?: (report: EpochRecord<Scores>) => void | Promise<void>;
}

interface PendingStep {
  readonly losses: readonly { readonly loss: Tensor; readonly logits: Tensor; readonly targets: readonly Target[] }[];
}

/**
 * Trains a network: one input size per epoch, batches of that size, one optimizer step per batch. Everything random is drawn
 * by position, so a run continued from a checkpoint ends in the same weights as one never interrupted.
 */
export class Trainer<Scores extends object = SingleLabelScores> {
  private position: Position = { epoch: 0, step: 0, sums: NO_EXAMPLES };
  private pending: PendingStep[] = [];
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
    const settle = async () => {
      const steps = this.pending.length;
      const sums = await this.readPending(epoch, step);
      pace.finished(steps);
      await reached(sums);
    };
    const alone = async () => {
      for await (const { items, index } of loader.epoch(epoch, { startBatch: step, endBatch: end, signal })) {
        this.pending.push(await this.step(items, size));
        step = index + 1;
        if (this.pending.length >= pace.depth || this.stopped) await settle();
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
    if (this.pending.length > 0) await settle();
    // Batches without a readable picture leave no step to settle.
    if (step === end) this.position = { ...this.position, epoch, step };
  }

  private means(sums: EpochSums): Scores & { loss: number } {
    return means(this.objective, sums);
  }

  private async step(items: readonly BatchItem[], size: number): Promise<PendingStep> {
    const { microBatch = items.length } = this.options;
    const losses = [];
    for (let from = 0; from < items.length; from += microBatch) {
      const part = items.slice(from, from + microBatch);
      losses.push(this.forwardBackward(part, size, part.length / items.length));
    }
    await this.update();
    return { losses };
  }

  /** The rate of a step in the warm-up is a share of the schedule's, which stands in the optimizer again afterwards. */
  private async update(): Promise<void> {
    const { optimizer, schedule, scheduleBy, scaler, warmup = 0 } = this.options;
    const { lr } = optimizer;
    optimizer.lr = lr * warmupShare(optimizer.steps, warmup);
    if (scaler) {
      await scaler.step(optimizer);
      scaler.update();
    } else optimizer.step();
    optimizer.lr = lr;
    if (scheduleBy === 'step') schedule.step();
    optimizer.zeroGrad();
  }

  private forwardBackward(items: readonly BatchItem[], size: number, share: number) {
    const { network, prepare, halfActivations, scaler } = this.options;
    // Not the items themselves: their pictures would be kept until the next readback.
    const targets = items.map(({ id, label, labels }): Target => ({ id, label, labels }));
    const forward = () => {
      const logits = network.forward(prepare(items, size));
      return { logits, loss: this.objective.loss(logits, targets) };
    };
    return scope(() => {
      const pass = scaler ? () => autocast(forward) : forward;
      const { logits, loss } = halfActivations ? savedTensorHooks(saveAsHalves, pass) : pass();
      const part = share === 1 ? loss : mul(loss, share);
      (scaler?.scale(part) ?? part).backward();
      return { loss: loss.detach(), logits: logits.detach(), targets };
    });
  }

  private async readPending(epoch: number, step: number): Promise<EpochSums> {
    const steps = this.pending.splice(0).flatMap(({ losses }) => losses);
    const values = await Promise.all(steps.map(({ loss, logits }) => Promise.all([loss.item(), logits.data()])));
    for (const { loss, logits } of steps) {
      loss.dispose();
      logits.dispose();
    }
    let { sums } = this.position;
    for (const [i, [loss, logits]] of values.entries()) {
      const { targets } = steps[i]!;
      if (!Number.isFinite(loss)) {
        throw divergence(`the loss is ${loss}`, epoch, step);
      }
      sums = addBatch(this.objective, sums, loss, logits as Float32Array, targets);
    }
    return sums;
  }
}
