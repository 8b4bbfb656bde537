import type { LinearSvm } from '../../svm/linear-svm.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';
import { type MinedClass, Miner, type MiningOptions } from './mining.js';
import type { MiningState } from './mining-state.js';

/** Where the training of classifiers stands: pictures whose objects, and whose windows, have been seen. */
export interface SvmProgress {
  readonly positives: number;
  readonly negatives: number;
  readonly state: MiningState;
}

export interface SvmTrainingHooks {
  /** After each picture; both passes count. */
  readonly onProgress?: (done: number, of: number) => void;
  /** After each picture; `progress` is worked out when it is called. */
  readonly onPicture?: (progress: () => SvmProgress) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Goes on from there. */
  readonly from?: SvmProgress;
}

export interface TrainedSvms {
  readonly model: LinearSvm;
  readonly classes: readonly MinedClass[];
}

/**
 * Trains a classifier for each class: all objects first, then one pass of hard-negative mining over the pictures in their
 * order. The same pictures give the same bits, however often the work was stopped and taken up again.
 * @param scale what features are multiplied with: 20 over their mean length
 */
export async function trainSvms(
  source: WindowSource,
  set: TrainingSet,
  scale: number,
  options: MiningOptions = {},
  { onProgress, onPicture, signal, from }: SvmTrainingHooks = {},
): Promise<TrainedSvms> {
  const miner = new Miner(source, set.classes.length, scale, options);
  try {
    if (from) miner.restore(from.state);
    let [positives, negatives] = [from?.positives ?? 0, from?.negatives ?? 0];
    const told = async (): Promise<void> => {
      onProgress?.(positives + negatives, 2 * set.length);
      await onPicture?.(() => ({ positives, negatives, state: miner.state }));
      signal?.throwIfAborted();
    };
    while (positives < set.length) {
      const example = await set.at(positives);
      if (example) await miner.addPositives(example);
      positives++;
      await told();
    }
    while (negatives < set.length) {
      const example = await set.at(negatives);
      if (example) await miner.addNegatives(example);
      negatives++;
      await told();
    }
    const classes = miner.finish();
    return { model: miner.model, classes };
  } finally {
    miner.dispose();
  }
}
