import type { BufferSlice } from './bind-groups.js';
import { BufferUsage, MAP_READ } from './constants.js';

interface Request {
  readonly slice: BufferSlice;
  readonly resolve: (bytes: ArrayBuffer) => void;
  readonly reject: (error: unknown) => void;
}

/** What the readback needs of its device. */
export interface ReadbackHost {
  readonly gpu: GPUDevice;
  copyOut(slice: BufferSlice, to: GPUBuffer, offset: number): void;
  submit(): void;
  /** Waits for a promise of Dawn or the browser, and fails with the device's own error if there is one. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

const KEEP = 4;

/** Reads buffers back. Requests of the same tick share one staging buffer, one submit and one wait. */
export class Readback {
  private queue: Request[] = [];
  private readonly idle: GPUBuffer[] = [];

  constructor(private readonly host: ReadbackHost) {}

  /** The bytes of a slice, as they are after everything recorded so far. */
  read(slice: BufferSlice): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      if (this.queue.push({ slice, resolve, reject }) === 1) queueMicrotask(() => void this.flush());
    });
  }

  destroy(): void {
    for (const buffer of this.idle.splice(0)) buffer.destroy();
  }

  private async flush(): Promise<void> {
    const requests = this.queue;
    this.queue = [];
    try {
      const offsets: number[] = [];
      let total = 0;
      for (const { slice } of requests) {
        offsets.push(total);
        total += Math.ceil(slice.bytes / 8) * 8;
      }
      const staging = this.stagingBuffer(total);
      for (const [i, { slice }] of requests.entries()) this.host.copyOut(slice, staging, offsets[i]!);
      this.host.submit();
      await this.host.wait(staging.mapAsync(MAP_READ, 0, total));
      const results = requests.map(({ slice }, i) =>
        staging.getMappedRange(offsets[i]!, Math.ceil(slice.bytes / 4) * 4).slice(0, slice.bytes),
      );
      staging.unmap();
      if (this.idle.length < KEEP) this.idle.push(staging);
      else staging.destroy();
      for (const [i, request] of requests.entries()) request.resolve(results[i]!);
    } catch (error) {
      for (const request of requests) request.reject(error);
    }
  }

  private stagingBuffer(bytes: number): GPUBuffer {
    const index = this.idle.findIndex((buffer) => buffer.size >= bytes && buffer.size <= 4 * bytes + 4096);
    if (index >= 0) return this.idle.splice(index, 1)[0]!;
    const size = Math.max(256, Math.ceil(bytes / 256) * 256);
    return this.host.gpu.createBuffer({ label: 'readback', size, usage: BufferUsage.COPY_DST | BufferUsage.MAP_READ });
  }
}
