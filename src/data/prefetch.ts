import type { LoaderClock } from './loader-clock.js';

/** A loaded thing and the bytes it keeps in memory. */
export interface Loaded<T> {
  value: T;
  bytes: number;
}

export interface PrefetchOptions<T> {
  /** Positions 0 .. count - 1 are loaded, in order of starting. */
  count: number;
  load: (position: number) => Promise<Loaded<T>>;
  /** Most positions loaded ahead of what was taken. */
  ahead: number;
  /** No new position is started while loaded ones keep more bytes than this (unless somebody waits for it). */
  maxBytes: number;
  /** Loads running at once. */
  parallel: number;
  clock: LoaderClock;
}

/** Loads positions ahead of the consumer, within bounds of number, bytes and parallelism. */
export class Prefetcher<T> {
  private readonly slots = new Map<number, Promise<Loaded<T>>>();
  private started = 0;
  private taken = 0;
  private running = 0;
  private bytes = 0;
  private wanted = 0;
  private stopped = false;

  constructor(private readonly options: PrefetchOptions<T>) {
    this.pump();
  }

  /** The next `count` values in order (fewer once stopped). Rejects with the first error among them. */
  async take(count: number): Promise<T[]> {
    this.wanted = this.taken + count;
    this.pump();
    const values: T[] = [];
    for (let i = 0; i < count; i++) {
      const slot = this.slots.get(this.taken);
      if (!slot) break;
      const { value, bytes } = await slot;
      this.slots.delete(this.taken);
      this.bytes -= bytes;
      this.taken++;
      this.pump();
      values.push(value);
    }
    return values;
  }

  /** Starts nothing more; what is running ends unseen. */
  stop(): void {
    this.stopped = true;
    this.slots.clear();
  }

  private pump(): void {
    const { clock, count, parallel } = this.options;
    clock.mark(this.running, this.started < count);
    while (!this.stopped && this.started < count && this.mayStart(parallel)) this.startNext();
  }

  private mayStart(parallel: number): boolean {
    if (this.started < this.wanted) return this.running < parallel;
    const { ahead, maxBytes } = this.options;
    return this.running < parallel && this.started < this.taken + ahead && this.bytes < maxBytes;
  }

  private startNext(): void {
    const promise = this.run(this.started);
    // The error is the consumer's, when it comes to this position; until then it must not count as unhandled.
    promise.catch(() => undefined);
    this.slots.set(this.started++, promise);
  }

  private async run(position: number): Promise<Loaded<T>> {
    this.running++;
    try {
      const loaded = await this.options.load(position);
      this.bytes += loaded.bytes;
      return loaded;
    } finally {
      this.options.clock.mark(this.running, this.started < this.options.count);
      this.running--;
      this.pump();
    }
  }
}
