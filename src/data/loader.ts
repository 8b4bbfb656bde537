import { SppgpuError } from '../runtime/errors.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import type { ImageDataset } from './dataset.js';
import type { ImageBatch } from './image-batch.js';
import type { LoaderClock } from './loader-clock.js';
import type { LoaderDefaults, LoaderOptions, LoaderSettings } from './loader-options.js';
import type { LoaderStats } from './loader-stats.js';

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

/** Which batches of an epoch are wanted. */
export interface EpochPart {
  readonly startBatch?: number;
  readonly endBatch?: number;
  readonly signal?: AbortSignal;
}

const DEFAULTS: LoaderDefaults = {
  shuffle: true,
  dropLast: false,
  prefetch: 2,
  maxBytes: 512 * 2 ** 20,
  maxUnreadable: 0.01,
};
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
  private readonly options: LoaderSettings;

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
    const [from, to] = this.ownBatches;
    const batches = [Math.max(startBatch, from), Math.min(to, endBatch, this.batches)] as const;
    // A page that loads no pictures does not load what reads them.
    const { loadEpoch } = await import('./load-epoch.js');
    const started = (clock: LoaderClock) => {
      this.clock = clock;
    };
    yield* loadEpoch(this, { ...this.options, part: this.part, batches, signal, started }, epoch);
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
