import type { BatchItem } from '../data/image-batch.js';
import type { ImageLoader } from '../data/loader.js';
import type { LoaderStats } from '../data/loader-stats.js';
import type { EpochSums, Position } from '../models/checkpoint-info.js';
import type { Network } from '../models/network.js';
import type { GradScaler } from '../optim/grad-scaler.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { Schedule } from '../optim/schedules.js';
import type { Generator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Objective, SingleLabelScores } from './objective.js';
import type { SizePolicy } from './size-policy.js';

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
