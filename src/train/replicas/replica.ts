import { itemRng, PURPOSE } from '../../data/rng.js';
import { type CheckpointInfo, checkpointInfo } from '../../models/checkpoint-info.js';
import { type Checkpoint, captureCheckpoint, type RunParts, restoreCheckpoint } from '../checkpoint.js';
import { NO_EXAMPLES } from '../epoch-metrics.js';
import { singleLabel } from '../objective.js';
import { checkCheckpoint, runParts } from '../run-parts.js';
import type { SessionSettings } from '../session-settings.js';
import { Trainer } from '../trainer.js';
import type { StepSpan } from '../trainer-options.js';
import type { ReplicaState } from './replica-state.js';

/** The stream of a replica's dropout: the first has that of a run without replicas, so that one alone is such a run. */
function replicaSeed(seed: number, index: number): number {
  return index === 1 ? seed : itemRng(seed, PURPOSE.replica, 0, index).nextU32();
}

/** The next steps of a run that is averaged after every `steps` of them. */
export function nextSpan({ position }: Pick<CheckpointInfo, 'position'>, steps: number, batches: number): StepSpan {
  const { epoch, step } = position;
  return { epoch, from: step, to: Math.min(step + steps, batches) };
}

/** One of several copies of a network, which trains on its part of every batch, from an average to the next. */
export class Replica<Scores extends object> {
  private readonly parts: RunParts;
  private readonly trainer: Trainer<Scores>;

  /**
   * @param settings those of the run, with a loader of the replica's part (`batchPart`)
   * @param index from 1
   */
  constructor(
    private readonly settings: SessionSettings<Scores>,
    private readonly index: number,
  ) {
    this.parts = runParts(settings, replicaSeed(settings.seed, index));
    const { validate: _, replicas: __, onEpoch: ___, ...rest } = settings;
    this.trainer = new Trainer<Scores>({ ...rest, ...this.parts, onStep: (report) => settings.onStep?.(report) });
  }

  /**
   * Trains a span from the checkpoint at which it begins.
   * @param file names the checkpoint in errors
   * @throws FileError for a checkpoint of another run, SppgpuError where the training diverges, and the signal's reason
   */
  async train(checkpoint: Checkpoint, file: string, span: StepSpan, signal: AbortSignal): Promise<ReplicaState> {
    const { settings, parts, trainer } = this;
    const { labels } = settings.objective ?? singleLabel;
    checkCheckpoint(checkpoint, settings, labels, file);
    const info = checkpointInfo(checkpoint.metadata, file);
    const generator = { seed: replicaSeed(info.generator.seed, this.index), offset: info.generator.offset };
    restoreCheckpoint(parts, checkpoint, file, generator);
    trainer.resume({ epoch: span.epoch, step: span.from, sums: NO_EXAMPLES });
    const stop = () => trainer.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const done = await trainer.runTo(span.to);
      if (!done) signal.throwIfAborted();
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const about = { classes: settings.classes, labels, position: trainer.state, run: {} };
    const { tensors, metadata } = await captureCheckpoint({ ...parts, data: new Map() }, about);
    const { optimizer: numbers, generator: reached, position } = checkpointInfo(metadata, file);
    const { unreadable } = settings.loader;
    return { tensors, numbers, offset: reached.offset, sums: position.sums, unreadable: [...unreadable] };
  }

  dispose(): void {
    this.parts.network.dispose();
    this.parts.optimizer.dispose();
  }
}
