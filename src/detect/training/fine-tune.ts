import { noGrad } from '../../autograd/mode.js';
import { networkDevice } from '../../models/in-evaluation.js';
import type { Network } from '../../models/network.js';
import { Sequential } from '../../nn/sequential.js';
import { crossEntropy } from '../../ops/cross-entropy.js';
import { paperGroups } from '../../optim/optimizer.js';
import { SGD } from '../../optim/sgd.js';
import { SppgpuError } from '../../runtime/errors.js';
import { tensor } from '../../tensor/create.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';
import { RegionBatches, type RegionExamples } from './region-batches.js';

/** Steps at one learning rate after the other. */
export type RegionSchedule = readonly { readonly lr: number; readonly steps: number }[];

/** `paper`, `code`: the published ones (paper 4.2; the released code). For small data `short`, and `fresh` for layers that nothing has trained. */
export const REGION_SCHEDULES: Readonly<Record<'short' | 'fresh' | 'paper' | 'code', RegionSchedule>> = {
  fresh: [
    { lr: 1e-2, steps: 300 },
    { lr: 1e-3, steps: 100 },
  ],
  short: [
    { lr: 1e-3, steps: 450 },
    { lr: 1e-4, steps: 150 },
  ],
  paper: [
    { lr: 1e-4, steps: 250_000 },
    { lr: 1e-5, steps: 50_000 },
  ],
  code: [
    { lr: 1e-3, steps: 30_000 },
    { lr: 1e-4, steps: 30_000 },
    { lr: 1e-5, steps: 140_000 },
  ],
};

export interface FineTuneOptions {
  readonly schedule: RegionSchedule;
  readonly scales: 'random' | 'best';
  readonly flips: boolean;
  readonly seed: number;
  /** Steps between looks at the validation pictures, and so between snapshots. */
  readonly validateEvery: number;
  /**
   * What vectors are multiplied with before the head, whose first layer takes it over in the end: fresh layers learn from
   * vectors of moderate length only. Default 1.
   */
  readonly inputScale?: number;
  /** Room for the vectors of a chunk. Default 256 MiB. */
  readonly maxBytes?: number;
  /** Pictures that a chunk's windows come from. Default 32. */
  readonly pictures?: number;
}

/** What one look at the validation pictures gave. */
export interface RegionValidation {
  readonly step: number;
  /** Mean loss of the training steps since the last look. */
  readonly trainLoss: number;
  readonly valLoss: number;
  readonly valAccuracy: number;
}

/** Where fine-tuning stands, apart from the tensors. */
export interface FineTuneProgress {
  readonly chunk: number;
  readonly step: number;
  readonly history: readonly RegionValidation[];
  /** Losses since the last look. */
  readonly losses: readonly number[];
  /** The look with the lowest loss so far; -1 before the first. */
  readonly best: number;
}

/** What a checkpoint needs: the state as plain data, and the tensors behind it. */
export interface FineTuneState {
  readonly progress: FineTuneProgress;
  readonly optimizer: SGD;
  /** Weights of the best snapshot by name. */
  readonly snapshot: ReadonlyMap<string, Float32Array>;
}

export interface FineTuneHooks {
  readonly onProgress?: (step: number, of: number, loss: number) => void;
  readonly onValidation?: (validation: RegionValidation) => void;
  /** After each chunk: a place to save, and to go on from. */
  readonly onChunk?: (state: FineTuneState) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** Loss of the validation pictures is measured on windows of one chunk that is never trained on. */
const VALIDATION_BATCHES = 6;

/**
 * Trains the fully connected layers of a network on pooled vectors of windows, classes of the data and a background (paper 4.2):
 * the convolutions stay as they are. The weights that did best on the validation pictures are the result.
 */
export class FineTuning {
  private progress: FineTuneProgress = { chunk: 0, step: 0, history: [], losses: [], best: -1 };
  private snapshot = new Map<string, Float32Array>();
  private readonly head: Sequential;
  readonly optimizer: SGD;
  private readonly batches: RegionBatches;
  private readonly validation: RegionBatches;

  /**
   * @param network with a pyramid and one output more than there are classes; in it the head is trained
   * @param source windows pooled with the convolutions of this network
   */
  constructor(
    private readonly network: Network,
    private readonly source: WindowSource,
    train: TrainingSet,
    val: TrainingSet,
    private readonly options: FineTuneOptions,
  ) {
    this.head = headOf(network);
    const { schedule, scales, flips, seed } = options;
    this.optimizer = new SGD(paperGroups(this.head.namedParameters()), {
      lr: schedule[0]!.lr,
      momentum: 0.9,
      weightDecay: 5e-4,
    });
    this.batches = new RegionBatches(source, train, { scales, flips, seed });
    this.validation = new RegionBatches(source, val, { scales: 'best', flips: false, seed: seed + 1 });
  }

  /** Goes on from there; weights, optimizer and the generator of dropout are restored by the caller. */
  resume(progress: FineTuneProgress, snapshot: ReadonlyMap<string, Float32Array>): void {
    this.progress = progress;
    this.snapshot = new Map(snapshot);
  }

  /** @returns the looks at the validation pictures; the network has the weights of the best one */
  async run(hooks: FineTuneHooks = {}): Promise<readonly RegionValidation[]> {
    const { onProgress, onChunk, signal } = hooks;
    const total = this.steps;
    const held = await this.validation.chunk(0, VALIDATION_BATCHES, this.options.pictures ?? 32);
    let fruitless = 0;
    while (this.progress.step < total) {
      signal?.throwIfAborted();
      const { chunk, step } = this.progress;
      const examples = await this.batches.chunk(chunk, this.chunkBatches(total - step), this.options.pictures ?? 32);
      this.progress = { ...this.progress, chunk: chunk + 1 };
      if (examples.length === 0) {
        if (++fruitless > 100)
          throw new SppgpuError('fine-tuning: no window overlaps an object by half; give more proposals');
        continue;
      }
      fruitless = 0;
      for (const batch of examples) {
        const loss = await this.step(batch);
        this.progress = { ...this.progress, step: this.progress.step + 1, losses: [...this.progress.losses, loss] };
        onProgress?.(this.progress.step, total, loss);
        const done = this.progress.step;
        if (done % this.options.validateEvery === 0 || done === total) await this.validate(held, hooks);
      }
      await onChunk?.({ progress: this.progress, optimizer: this.optimizer, snapshot: this.snapshot });
    }
    this.head.loadStateDict(this.result());
    this.network.eval();
    return this.progress.history;
  }

  dispose(): void {
    this.optimizer.dispose();
  }

  private get steps(): number {
    return this.options.schedule.reduce((sum, { steps }) => sum + steps, 0);
  }

  private chunkBatches(left: number): number {
    const bytes = this.options.maxBytes ?? 2 ** 28;
    const most = Math.floor(bytes / (128 * this.source.network.pooledDimension * 4));
    return Math.min(left, Math.max(1, Math.min(50, most)));
  }

  private async step({ vectors, labels }: RegionExamples): Promise<number> {
    this.network.train();
    this.optimizer.lr = rateAt(this.options.schedule, this.progress.step);
    const loss = scope(() => {
      const value = this.loss(vectors, labels).loss;
      value.backward();
      return value.detach();
    });
    this.optimizer.step();
    this.optimizer.zeroGrad();
    const found = await loss.item();
    loss.dispose();
    if (!Number.isFinite(found)) {
      const at = this.progress.step + 1;
      throw new SppgpuError(`fine-tuning: the loss is ${found} in step ${at}; lower the learning rate`);
    }
    return found;
  }

  private loss(vectors: Float32Array, labels: Int32Array): { readonly loss: Tensor; readonly logits: Tensor } {
    const device = networkDevice(this.network);
    const { inputScale = 1 } = this.options;
    const scaled = inputScale === 1 ? vectors : vectors.map((value) => value * inputScale);
    const x = tensor(device, scaled, { shape: [labels.length, vectors.length / labels.length] });
    const logits = this.head.forward(x);
    return { logits, loss: crossEntropy(logits, tensor(device, labels)) };
  }

  /** The best weights, the first layer's for vectors as they come. */
  private result(): Map<string, { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }> {
    const { inputScale = 1 } = this.options;
    const parameters = [...this.head.namedParameters()];
    const [[first]] = parameters as [(typeof parameters)[number]];
    return new Map(
      parameters.map(([name, { shape }]) => {
        const best = this.snapshot.get(name)!;
        const data = name === first ? best.map((value) => value * inputScale) : best;
        return [name, { shape, data: data as Float32Array<ArrayBuffer> }];
      }),
    );
  }

  private async validate(held: readonly RegionExamples[], { onValidation }: FineTuneHooks): Promise<void> {
    this.network.eval();
    let [sum, right, count] = [0, 0, 0];
    for (const { vectors, labels } of held) {
      const { loss, logits } = noGrad(() => scope(() => this.loss(vectors, labels)));
      const [value, scores] = await Promise.all([loss.item(), logits.data()]);
      loss.dispose();
      logits.dispose();
      sum += value * labels.length;
      right += hits(scores as Float32Array, labels);
      count += labels.length;
    }
    const { losses, step, history, best } = this.progress;
    const trainLoss = losses.reduce((total, loss) => total + loss, 0) / losses.length;
    // Without a validation window the last weights are as good as any.
    const found: RegionValidation = {
      step,
      trainLoss,
      valLoss: count > 0 ? sum / count : 0,
      valAccuracy: count > 0 ? right / count : 0,
    };
    const isBest = best < 0 || found.valLoss < history[best]!.valLoss || count === 0;
    this.progress = {
      ...this.progress,
      history: [...history, found],
      losses: [],
      best: isBest ? history.length : best,
    };
    if (isBest) {
      for (const [name, parameter] of this.head.namedParameters()) {
        this.snapshot.set(name, (await parameter.data()) as Float32Array);
      }
    }
    onValidation?.(found);
  }
}

/** The layers behind the pyramid. */
export function headOf({ classifier }: Network): Sequential {
  return new Sequential(Object.fromEntries([...classifier.children()].slice(1)));
}

function rateAt(schedule: RegionSchedule, step: number): number {
  let end = 0;
  for (const { lr, steps } of schedule) {
    end += steps;
    if (step < end) return lr;
  }
  return schedule.at(-1)!.lr;
}

function hits(scores: Float32Array, labels: Int32Array): number {
  const classes = scores.length / labels.length;
  let right = 0;
  for (const [i, label] of labels.entries()) {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    right += Number(row.every((score, c) => c === label || score < row[label]!));
  }
  return right;
}
