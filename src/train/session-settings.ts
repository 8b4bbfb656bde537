import type { BatchItem } from '../data/image-batch.js';
import type { ImageLoader } from '../data/loader.js';
import type { Architecture } from '../models/architecture.js';
import type { HostTensor } from '../models/model-format.js';
import type { Network } from '../models/network.js';
import type { Optimizer, ParameterGroup } from '../optim/optimizer.js';
import type { Schedule } from '../optim/schedules.js';
import type { Device } from '../runtime/device.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FineTuning } from './fine-tuning.js';
import type { Objective, SingleLabelScores } from './objective.js';
import type { ReplicaState } from './replicas/replica-state.js';
import type { SizePolicy } from './size-policy.js';
import type { EpochExtras, EpochRecord, StepReport, StepSpan } from './trainer-options.js';

/** Replicas that train in the place of a run's own process (local SGD). */
export interface ReplicaRounds {
  /** Steps of each replica between two averages. */
  readonly steps: number;
  /** Trains every replica through a span that begins at the checkpoint, which is saved, and gives their average. */
  readonly run: (span: StepSpan, signal: AbortSignal) => Promise<ReplicaState>;
}

/** A training run without the place where it is kept. */
export interface SessionSettings<Scores extends object = SingleLabelScores> extends FineTuning {
  readonly device: Device;
  readonly architecture: Architecture;
  readonly classes: readonly string[];
  readonly loader: ImageLoader;
  readonly prepare: (items: readonly BatchItem[], size: number) => Tensor;
  /** What the network learns and what is counted; default: one class per picture (`singleLabel`). */
  readonly objective?: Objective<Scores>;
  readonly sizes: SizePolicy;
  readonly epochs: number;
  readonly seed: number;
  /** Makes the optimizer over the parameters that train, biases in groups of their own (see `paperGroups`). */
  readonly optimizer: (groups: readonly ParameterGroup[]) => Optimizer;
  readonly schedule: (optimizer: Optimizer) => Schedule;
  /** What the schedule counts. Default: epochs, with the loss for the plateau rule. */
  readonly scheduleBy?: 'epoch' | 'step';
  /** Steps over which the learning rate rises to what the schedule says. Default 0. */
  readonly warmup?: number;
  readonly microBatch?: number;
  readonly halfActivations?: boolean;
  /** f16: `autocast` with a `GradScaler`, whose state is part of the checkpoint. Not with replicas. Default f32. */
  readonly precision?: 'f32' | 'f16';
  /** Who trains, in the place of this process, which judges and saves. Rounds begin at checkpoints, whatever `checkpointEvery` says. */
  readonly replicas?: ReplicaRounds;
  /** Steps between checkpoints within an epoch; there is one after every epoch, and on `signal`, in any case. */
  readonly checkpointEvery?: number;
  /** Continue from the checkpoint if there is one. */
  readonly resume?: boolean;
  /** What else to remember in the checkpoint, e.g. how pictures are prepared. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Tensors to remember beside the weights, e.g. the mean picture. */
  readonly data?: ReadonlyMap<string, HostTensor>;
  /** Runs on fresh weights, before the first step: the place to load pretrained ones. Not on a resumed run. */
  readonly onFresh?: (network: Network) => Promise<void>;
  /**
   * Runs on a resumed run before its first step, with the epochs that are done: `onEpoch` of the last one may not have run, so
   * this is the place to complete other logs.
   */
  readonly onResume?: (history: readonly EpochRecord<Scores>[]) => void | Promise<void>;
  /** Ends the run after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStep?: (report: StepReport<Scores>) => void;
  /**
   * Runs after an epoch, before its checkpoint; its numbers join the epoch's record, and the schedule goes by its loss.
   * Must depend on the network alone: a run killed meanwhile repeats it, and so does one that ended with the reason of
   * the signal, which aborts when the run is to stop.
   */
  readonly validate?: (network: Network, signal: AbortSignal) => Promise<EpochExtras>;
  /** Runs when an epoch is in the log and the checkpoint. `history` ends with its record. */
  readonly onEpoch?: (
    record: EpochRecord<Scores>,
    network: Network,
    history: readonly EpochRecord<Scores>[],
  ) => void | Promise<void>;
  /** Runs when the log had gone from its place, since its folder was moved or removed: it stands there again, whole. */
  readonly onMoved?: (log: string) => void;
}

export interface SessionResult<Scores extends object = SingleLabelScores> {
  readonly network: Network;
  readonly history: readonly EpochRecord<Scores>[];
  /** False if `signal` ended the run early. */
  readonly finished: boolean;
}
