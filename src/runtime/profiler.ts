import { BufferUsage, MAP_READ } from './constants.js';

/** One row of a profile: a kernel, how often it ran and how long in total. */
export interface ProfileRow {
  readonly kernel: string;
  readonly calls: number;
  readonly totalMs: number;
  /** Share of the sum over all kernels, 0 to 1. */
  readonly share: number;
}

const CAPACITY = 2048;

/**
 * Times kernels with timestamp queries: one pass per dispatch, so profiling changes the batching.
 * Browsers may quantise timestamps to 100 us; Dawn in Node does not.
 */
export class Profiler {
  private readonly queries: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private names: string[] = [];
  private readonly totals = new Map<string, { calls: number; totalMs: number }>();
  private reads: Promise<void> = Promise.resolve();

  constructor(private readonly gpu: GPUDevice) {
    this.queries = gpu.createQuerySet({ label: 'profiler', type: 'timestamp', count: CAPACITY });
    this.resolved = gpu.createBuffer({
      label: 'profiler',
      size: CAPACITY * 8,
      usage: BufferUsage.QUERY_RESOLVE | BufferUsage.COPY_SRC,
    });
  }

  /** True if the batch has to be submitted before the next dispatch. */
  get full(): boolean {
    return this.names.length * 2 >= CAPACITY;
  }

  timestampWrites(kernel: string): GPUComputePassTimestampWrites {
    const index = this.names.push(kernel) * 2 - 2;
    return { querySet: this.queries, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 };
  }

  /** Adds the resolve to a batch that is about to be submitted; the result is called after the submit. */
  finishBatch(encoder: GPUCommandEncoder): (() => void) | null {
    const names = this.names;
    if (names.length === 0) return null;
    this.names = [];
    const bytes = names.length * 16;
    const staging = this.gpu.createBuffer({
      label: 'profiler',
      size: bytes,
      usage: BufferUsage.COPY_DST | BufferUsage.MAP_READ,
    });
    encoder.resolveQuerySet(this.queries, 0, names.length * 2, this.resolved, 0);
    encoder.copyBufferToBuffer(this.resolved, 0, staging, 0, bytes);
    return () => {
      const read = staging.mapAsync(MAP_READ).then(() => {
        const times = new BigUint64Array(staging.getMappedRange());
        for (const [i, name] of names.entries()) {
          const row = this.totals.get(name) ?? { calls: 0, totalMs: 0 };
          row.calls++;
          row.totalMs += Number(times[2 * i + 1]! - times[2 * i]!) / 1e6;
          this.totals.set(name, row);
        }
        staging.destroy();
      });
      this.reads = this.reads.then(() => read);
    };
  }

  /** Waits for the timestamps in flight and returns the table, slowest first. */
  async rows(): Promise<ProfileRow[]> {
    await this.reads;
    const sum = [...this.totals.values()].reduce((total, row) => total + row.totalMs, 0);
    return [...this.totals]
      .map(([kernel, { calls, totalMs }]) => ({ kernel, calls, totalMs, share: sum > 0 ? totalMs / sum : 0 }))
      .sort((a, b) => b.totalMs - a.totalMs);
  }

  destroy(): void {
    this.queries.destroy();
    this.resolved.destroy();
  }
}
