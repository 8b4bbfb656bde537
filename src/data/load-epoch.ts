import { FileError } from '../runtime/errors.js';
import type { ImageDataset, ImageItem } from './dataset.js';
import { groupAlike } from './group-alike.js';
import type { BatchItem, ImageBatch } from './image-batch.js';
import { LoaderClock } from './loader-clock.js';
import type { LoaderSettings } from './loader-options.js';
import { type Loaded, Prefetcher } from './prefetch.js';
import { epochOrder, itemRng, PURPOSE } from './rng.js';

/** Whose pictures are read, and who counts those that cannot be. */
interface PictureSource {
  readonly dataset: ImageDataset;
  addUnreadable(id: string, problem: string): void;
}

/** How the pictures of an epoch are read: what a loader's options say, and which are wanted. */
interface EpochSettings extends LoaderSettings {
  /** From the first batch to before the last. */
  readonly batches: readonly [number, number];
  /** One of so many equal parts of every batch, from 1 on. */
  readonly part: { readonly index: number; readonly count: number };
  readonly signal: AbortSignal | undefined;
  /** Told who keeps the times of this epoch. */
  readonly started: (clock: LoaderClock) => void;
}

/** See `ImageLoader.epoch`. */
export async function* loadEpoch(
  loader: PictureSource,
  settings: EpochSettings,
  epoch: number,
): AsyncGenerator<ImageBatch> {
  const { batchSize, decoder, prefetch, maxBytes, part, signal, started } = settings;
  const [start, end] = settings.batches;
  const own = batchSize / part.count;
  const first = (part.index - 1) * own;
  /** Pictures of a batch: the last one may have fewer. */
  const placesIn = (index: number) => Math.max(0, Math.min(own, loader.dataset.length - index * batchSize - first));
  const order = orderOf(loader, settings, epoch);
  const parallel = decoder?.workers ?? 1;
  const clock = new LoaderClock(parallel);
  started(clock);
  const prefetcher = new Prefetcher({
    count: end > start ? (end - 1 - start) * own + placesIn(end - 1) : 0,
    load: (position) => {
      const batch = start + Math.floor(position / own);
      return load(loader, settings, order[batch * batchSize + first + (position % own)]!, epoch, clock);
    },
    ahead: own * prefetch,
    maxBytes,
    parallel,
    clock,
  });
  try {
    for (let index = start; index < end; index++) {
      const loaded = await clock.wait(abortable(prefetcher.take(placesIn(index)), signal));
      const items = loaded.filter((item) => item !== undefined);
      clock.images += items.length;
      if (items.length > 0) yield { epoch, index, items };
    }
  } finally {
    prefetcher.stop();
  }
}

function orderOf({ dataset }: PictureSource, settings: EpochSettings, epoch: number): Uint32Array {
  const { batchSize, seed, shuffle, sizeOf } = settings;
  const order = epochOrder(dataset.length, seed, epoch, shuffle);
  return sizeOf ? groupAlike(order, batchSize, sizeOf, itemRng(seed, PURPOSE.batchOrder, epoch, 0)) : order;
}

async function load(
  loader: PictureSource,
  settings: EpochSettings,
  index: number,
  epoch: number,
  clock: LoaderClock,
): Promise<Loaded<BatchItem | undefined>> {
  try {
    const item = await decode(loader, settings, index, clock);
    const rng = itemRng(settings.seed, PURPOSE.augment, epoch, index);
    return { value: { ...item, index, rng }, bytes: item.image.data.length };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    clock.skipped++;
    loader.addUnreadable(loader.dataset.entry(index).id, error.problem);
    return { value: undefined, bytes: 0 };
  }
}

async function decode(
  { dataset }: PictureSource,
  { decoder }: EpochSettings,
  index: number,
  clock: LoaderClock,
): Promise<ImageItem> {
  const entry = dataset.entry(index);
  if (decoder && entry.path !== undefined) {
    const { image, seconds } = await decoder.decode(entry.path);
    clock.countDecoding(seconds);
    return { ...entry, image };
  }
  const start = performance.now();
  const item = await dataset.item(index);
  clock.countDecoding((performance.now() - start) / 1000);
  return item;
}

/** `promise`, or a rejection with the signal's reason as soon as it aborts. */
async function abortable<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise;
  // Who stops waiting does not hear how it ends, and a failure that nobody hears would end the process.
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
