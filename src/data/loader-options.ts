import type { PictureSize } from './dataset.js';
import type { PictureDecoder } from './picture-decoder.js';

export interface LoaderOptions {
  batchSize: number;
  seed: number;
  /** Whether every epoch has its own order; true by default. */
  shuffle?: boolean;
  /** Sizes of the pictures by number: batches then hold pictures of like size and shape (see `groupAlike`). */
  sizeOf?: (index: number) => PictureSize;
  /** The batches of an epoch that are loaded, from the first to before the last: a part of the data set. Default: all. */
  batchRange?: readonly [number, number];
  /** One of so many equal parts of every batch, from 1 on: what one of several replicas trains on. Default: all of it. */
  batchPart?: { readonly index: number; readonly count: number };
  /** Whether a last, smaller batch is left out; false by default. */
  dropLast?: boolean;
  /** Decodes pictures that are files; without it they are decoded in place. */
  decoder?: PictureDecoder;
  /** Batches loaded ahead of the consumer. */
  prefetch?: number;
  /** Bytes of decoded pictures kept ready at most (one batch may exceed it). */
  maxBytes?: number;
  /** Share of unreadable pictures (of the data set) above which loading fails; 0.01 by default, 1 allows any. */
  maxUnreadable?: number;
}

/** What is the same in most loaders. */
export type LoaderDefaults = Required<
  Pick<LoaderOptions, 'shuffle' | 'dropLast' | 'prefetch' | 'maxBytes' | 'maxUnreadable'>
>;

/** Options with their defaults. */
export type LoaderSettings = LoaderOptions & LoaderDefaults;
