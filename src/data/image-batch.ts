import type { Rng } from '../tensor/rng.js';
import type { ImageItem } from './dataset.js';

export interface BatchItem extends ImageItem {
  /** Number in the data set. */
  index: number;
  /** Random numbers of this item in this epoch, for augmentation: the same however the loading was scheduled. */
  rng: Rng;
}

/** Pictures at their own sizes. Without unreadable pictures it has `batchSize` items, save the last of an epoch. */
export interface ImageBatch {
  epoch: number;
  /** Number in the epoch. */
  index: number;
  items: BatchItem[];
}
