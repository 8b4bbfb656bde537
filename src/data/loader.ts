import { FileError, SppgpuError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import type { Rng } from '../tensor/rng.js';
import type { ImageDataset, ImageItem, PictureSize } from './dataset.js';
import { LoaderClock, type LoaderStats } from './loader-stats.js';
import type { PictureDecoder } from './picture-decoder.js';
import type { Loaded } from './prefetch.js';
import { epochOrder, itemRng, PURPOSE } from './rng.js';

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

const NAMES: OptionNames<LoaderOptions> = {
  batchSize: true,
  seed: true,
  shuffle: true,
  sizeOf: true,
  batchRange: true,
  batchPart: true,
  dropLast: true,
  decoder: true,
  prefetch: true,
  maxBytes: true,
  maxUnreadable: true,
};

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

/** Which batches of an epoch are wanted. */
export interface EpochPart {
  readonly startBatch?: number;
  readonly endBatch?: number;
  readonly signal?: AbortSignal;
}

const DEFAULTS = { shuffle: true, dropLast: false, prefetch: 2, maxBytes: 512 * 2 ** 20, maxUnreadable: 0.01 };
/** Names of unreadable pictures shown in the error. */
const SHOWN = 5;

/**
 * Batches of a data set, loaded ahead. The order depends on the seed and the epoch alone; a batch consists of fixed places of
 * that order, and an unreadable picture leaves its place empty, so that an epoch can start at any batch (resume) and gives the
 * same batches as from its beginning.
 */
export class ImageLoader {
  /** Pictures found unreadable so far: id and reason. */
  readonly unreadable = new Map<string, string>();
  /** Of the running epoch, or of the last. */
  private clock: LoaderClock | undefined;
  private readonly options: LoaderOptions & typeof DEFAULTS;

  /** Throws SppgpuError for an empty data set or a batch size below 1. */
  constructor(
    readonly dataset: ImageDataset,
    options: LoaderOptions,
  ) {
    requireOptions('ImageLoader', options, NAMES);
    this.options = { ...DEFAULTS, ...options };
    if (dataset.length === 0) throw new SppgpuError(`${dataset.name}: the data set is empty; give one with pictures`);
    const { batchSize } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new SppgpuError(`batchSize: ${batchSize} is not a whole number from 1; pass such a number`);
    }
    const { count } = this.part;
    if (batchSize % count !== 0) {
      throw new SppgpuError(`batchSize: ${batchSize} has no ${count} equal parts; give a multiple of ${count}`);
    }
  }

  /** Batches of every epoch. */
  get batches(): number {
    const { batchSize, dropLast } = this.options;
    return (dropLast ? Math.floor : Math.ceil)(this.dataset.length / batchSize);
  }

  /** Pictures of an epoch: all of the data set, or those of `batchRange`. */
  get places(): number {
    const [from, to] = this.ownBatches;
    const { batchSize } = this.options;
    return Math.max(0, Math.min(to * batchSize, this.batches * batchSize, this.dataset.length) - from * batchSize);
  }

  /** Whether it loads a part of its data set. */
  get isPart(): boolean {
    return this.options.batchRange !== undefined;
  }

  private get part(): { readonly index: number; readonly count: number } {
    return this.options.batchPart ?? { index: 1, count: 1 };
  }

  private get ownBatches(): readonly [number, number] {
    return this.options.batchRange ?? [0, this.batches];
  }

  /** Times and counts of the running epoch so far, or of the last one. */
  get stats(): LoaderStats | undefined {
    return this.clock?.stats();
  }

  /**
   * The batches of an epoch from number `startBatch` to before `endBatch`. Batches without a readable picture are left out. Throws the reason of
   * `signal` when it aborts, SppgpuError when too many pictures are unreadable.
   */
  async *epoch(
    epoch: number,
    { startBatch = 0, endBatch = this.batches, signal }: EpochPart = {},
  ): AsyncGenerator<ImageBatch> {
    const { batchSize, decoder, prefetch, maxBytes } = this.options;
    const [from, to] = this.ownBatches;
    const start = Math.max(startBatch, from);
    const end = Math.min(to, endBatch, this.batches);
    const own = batchSize / this.part.count;
    const first = (this.part.index - 1) * own;
    /** Pictures of a batch: the last one may have fewer. */
    const placesIn = (index: number) => Math.max(0, Math.min(own, this.dataset.length - index * batchSize - first));
    // A page that loads no pictures does not load what reads them ahead.
    const { Prefetcher } = await import('./later.js');
    const order = await this.order(epoch);
    const parallel = decoder?.workers ?? 1;
    const clock = new LoaderClock(parallel);
    this.clock = clock;
    const prefetcher = new Prefetcher({
      count: end > start ? (end - 1 - start) * own + placesIn(end - 1) : 0,
      load: (position) => {
        const batch = start + Math.floor(position / own);
        return this.load(order[batch * batchSize + first + (position % own)]!, epoch, clock);
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

  private async order(epoch: number): Promise<Uint32Array> {
    const { batchSize, seed, shuffle, sizeOf } = this.options;
    const order = epochOrder(this.dataset.length, seed, epoch, shuffle);
    if (!sizeOf) return order;
    const { groupAlike } = await import('./later.js');
    return groupAlike(order, batchSize, sizeOf, itemRng(seed, PURPOSE.batchOrder, epoch, 0));
  }

  private async load(index: number, epoch: number, clock: LoaderClock): Promise<Loaded<BatchItem | undefined>> {
    try {
      const item = await this.decode(index, clock);
      const rng = itemRng(this.options.seed, PURPOSE.augment, epoch, index);
      return { value: { ...item, index, rng }, bytes: item.image.data.length };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      clock.skipped++;
      this.addUnreadable(this.dataset.entry(index).id, error.problem);
      return { value: undefined, bytes: 0 };
    }
  }

  /**
   * Counts a picture that was read, but cannot be used, as an unreadable one.
   * @throws SppgpuError when too many pictures are unreadable; `reason` itself where it is about the only one of the data set
   */
  leaveOut(index: number, reason: SppgpuError): void {
    if (this.dataset.length === 1) throw reason;
    this.addUnreadable(this.dataset.entry(index).id, reason.message);
  }

  /** Counts a picture that could not be read, here or elsewhere. @throws SppgpuError when there are too many */
  addUnreadable(id: string, problem: string): void {
    this.unreadable.set(id, problem);
    this.checkUnreadable();
  }

  private async decode(index: number, clock: LoaderClock): Promise<ImageItem> {
    const entry = this.dataset.entry(index);
    const { decoder } = this.options;
    if (decoder && entry.path !== undefined) {
      const { image, seconds } = await decoder.decode(entry.path);
      clock.countDecoding(seconds);
      return { ...entry, image };
    }
    const start = performance.now();
    const item = await this.dataset.item(index);
    clock.countDecoding((performance.now() - start) / 1000);
    return item;
  }

  private checkUnreadable(): void {
    const { name, length } = this.dataset;
    const share = this.unreadable.size / length;
    if (share <= this.options.maxUnreadable) return;
    const shown = [...this.unreadable].slice(0, SHOWN).map(([id, problem]) => `${id} ${problem}`);
    const more = this.unreadable.size > SHOWN ? ', ...' : '';
    const percent = (part: number) => `${+(part * 100).toPrecision(2)} %`;
    const counts = `${this.unreadable.size} of ${length} pictures are unreadable (${percent(share)}`;
    const allowed = `${percent(this.options.maxUnreadable)} allowed): ${shown.join(', ')}${more}`;
    throw new SppgpuError(`${name}: ${counts}, ${allowed}; repair or remove them, or allow more`);
  }
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
