import type { BufferSlice } from './bind-groups.js';
import { BufferUsage, MAP_READ } from './constants.js';

/** What the readback needs of its device. */
export interface ReadbackHost {
  readonly gpu: GPUDevice;
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
/** Staging buffers of one tick double up to here, so that many reads need few of them and waste little. */
const GROWN = 16 * 1024 * 1024;

/**
 * Reads buffers back. The copy into staging memory is recorded at once, so later writes to the source do not matter;
 * requests of the same tick share staging buffers, one submit and one wait.
 */
export class Readback {
  private filling: Staging[] = [];
  private readonly idle: GPUBuffer[] = [];

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

  destroy(): void {
    for (const buffer of this.idle.splice(0)) buffer.destroy();
  }

  private async flush(): Promise<void> {
    const filled = this.filling;
    this.filling = [];
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
      for (const { buffer } of filled) this.recycle(buffer, mapped);
    }
  }

  private recycle(buffer: GPUBuffer, mapped: boolean): void {
    if (mapped && this.idle.length < KEEP) {
      buffer.unmap();
      this.idle.push(buffer);
    } else {
      buffer.destroy();
    }
  }

  /** A buffer for `bytes`, with room for more reads: twice what the last one of this tick had. */
  private stagingBuffer(bytes: number, last: number): GPUBuffer {
    const wanted = Math.max(bytes, Math.min(2 * last, GROWN), SMALLEST);
    const index = this.idle.findIndex(({ size }) => size >= bytes && size <= 4 * wanted);
    if (index >= 0) return this.idle.splice(index, 1)[0]!;
    const limit = Math.floor(this.host.gpu.limits.maxBufferSize / 8) * 8;
    return this.host.gpu.createBuffer({
      label: 'readback',
      size: Math.min(roundUp(wanted, 256), limit),
      usage: BufferUsage.COPY_DST | BufferUsage.MAP_READ,
    });
  }
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}
