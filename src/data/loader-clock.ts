import type { LoaderStats } from './loader-stats.js';

/** Adds up the times of one epoch. */
export class LoaderClock {
  private readonly start = performance.now();
  private last = this.start;
  private deviceWait = 0;
  private loaderIdle = 0;
  private busy = 0;
  private decoded = 0;
  images = 0;
  skipped = 0;

  constructor(private readonly workers: number) {}

  /** Call when the number of running decoders is about to change: counts the time since the last call. */
  mark(running: number, moreToDo: boolean): void {
    const now = performance.now();
    if (moreToDo) this.loaderIdle += ((now - this.last) * Math.max(0, this.workers - running)) / this.workers;
    this.last = now;
  }

  /** A picture that was kept decoded took 0 seconds, and says nothing of the decoders' rate. */
  countDecoding(seconds: number): void {
    if (seconds === 0) return;
    this.busy += seconds;
    this.decoded++;
  }

  /** Waits for `promise` as the consumer. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    const before = performance.now();
    try {
      return await promise;
    } finally {
      this.deviceWait += performance.now() - before;
    }
  }

  stats(): LoaderStats {
    const elapsed = Math.max(performance.now() - this.start, Number.EPSILON);
    return {
      images: this.images,
      skipped: this.skipped,
      seconds: elapsed / 1000,
      deviceWaitShare: this.deviceWait / elapsed,
      loaderWaitShare: this.loaderIdle / elapsed,
      imagesPerSecondPerWorker: this.busy > 0 ? this.decoded / this.busy : 0,
      workers: this.workers,
    };
  }
}
