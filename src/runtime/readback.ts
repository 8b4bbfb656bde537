import type { BufferSlice } from './bind-groups.js';
import { BufferUsage, MAP_READ } from './constants.js';
import type { DriverErrors } from './driver-errors.js';
import { MemoryError } from './errors.js';

/** What the readback needs of its device. */
export interface ReadbackHost {
  readonly gpu: GPUDevice;
  readonly errors: Pick<DriverErrors, 'watch'>;
  copyOut(slice: BufferSlice, to: GPUBuffer, offset: number): void;
  submit(): void;
  /** Waits for a promise of Dawn or the browser, and fails with the device's own error if there is one. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

interface Request {
  readonly offset: number;
  readonly bytes: number;
  readonly resolve: (bytes: ArrayBuffer) => void;
  readonly reject: (error: unknown) => void;
}

/** A staging buffer that the reads of this tick fill one after another. */
interface Staging {
  readonly buffer: GPUBuffer;
  readonly requests: Request[];
  used: number;
}

/** Staging buffers kept for the next reads. */
const KEEP = 4;
const SMALLEST = 64 * 1024;
/** Staging buffers of a first large tick double up to here, so that it needs few of them and wastes little. */
const GROWN = 16 * 1024 * 1024;

/**
 * Reads buffers back. The copy into staging memory is recorded at once, so later writes to the source do not matter;
 * requests of the same tick share staging buffers, one submit and one wait.
 */
export class Readback {
  private filling: Staging[] = [];
  private readonly idle: GPUBuffer[] = [];
  /** Bytes of the last tick, if one buffer could not hold them: what the next such tick should find. */
  private overflow = 0;

  constructor(private readonly host: ReadbackHost) {}

  /** The bytes of a slice, as they are after everything recorded so far. */
  read(slice: BufferSlice): Promise<ArrayBuffer> {
    const size = roundUp(slice.bytes, 8); // mapped ranges start at multiples of 8
    let staging = this.filling.at(-1);
    if (!staging || staging.used + size > staging.buffer.size) {
      staging = { buffer: this.stagingBuffer(size, staging?.buffer.size ?? 0), requests: [], used: 0 };
      if (this.filling.push(staging) === 1) queueMicrotask(() => void this.flush());
    }
    const { buffer, requests, used: offset } = staging;
    this.host.copyOut(slice, buffer, offset);
    staging.used += size;
    return new Promise((resolve, reject) => {
      requests.push({ offset, bytes: slice.bytes, resolve, reject });
    });
  }

  /** Gives up the staging buffers kept for the next reads. */
  trim(): void {
    for (const buffer of this.idle.splice(0)) buffer.destroy();
  }

  private async flush(): Promise<void> {
    const filled = this.filling;
    this.filling = [];
    this.overflow = filled.length > 1 ? filled.reduce((total, { used }) => total + used, 0) : 0;
    let mapped = false;
    try {
      this.host.submit();
      await this.host.wait(Promise.all(filled.map(({ buffer, used }) => buffer.mapAsync(MAP_READ, 0, used))));
      mapped = true;
      for (const { buffer, requests } of filled) {
        for (const { offset, bytes, resolve } of requests)
          resolve(buffer.getMappedRange(offset, roundUp(bytes, 4)).slice(0, bytes));
      }
    } catch (error) {
      for (const { reject } of filled.flatMap(({ requests }) => requests)) reject(error); // no effect on those resolved
    } finally {
      this.recycle(
        filled.map(({ buffer }) => buffer),
        mapped,
      );
    }
  }

  /** Keeps the largest for the next tick: one that fits all is faster than several. */
  private recycle(buffers: readonly GPUBuffer[], mapped: boolean): void {
    const [largest, ...others] = [...buffers].sort((a, b) => b.size - a.size);
    for (const buffer of others) buffer.destroy();
    if (mapped && this.idle.length < KEEP) {
      largest!.unmap();
      this.idle.push(largest!);
    } else {
      largest!.destroy();
    }
  }

  /** A buffer for `bytes`, with room for more reads; `last` is the size of the one that this tick has filled, or 0. */
  private stagingBuffer(bytes: number, last: number): GPUBuffer {
    this.idle.sort((a, b) => a.size - b.size);
    const largest = this.idle.at(-1);
    if (largest && largest.size >= bytes) {
      this.idle.pop();
      return largest;
    }
    const more = last > 0 ? Math.max(this.overflow, Math.min(2 * last, GROWN)) : 0;
    const limit = Math.floor(this.host.gpu.limits.maxBufferSize / 8) * 8;
    const size = Math.min(roundUp(Math.max(bytes, more, SMALLEST), 256), limit);
    return this.host.errors.watch(
      'out-of-memory',
      () => this.host.gpu.createBuffer({ label: 'readback', size, usage: BufferUsage.COPY_DST | BufferUsage.MAP_READ }),
      () =>
        new MemoryError(`reading back: out of memory allocating ${size} bytes; read fewer or smaller tensors at once`),
    );
  }
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
