import { BufferUsage } from './constants.js';
import type { DriverErrors } from './driver-errors.js';
import { MemoryError } from './errors.js';

/** A GPU buffer of the pool. `bytes` is its real size, at least what was asked for. */
export interface PooledBuffer {
  readonly id: number;
  readonly gpu: GPUBuffer;
  readonly bytes: number;
  /** The batch that last used this buffer; see `Device.upload`. */
  lastBatch: number;
  /** True once the driver has reported that it had no memory for it: never to be reused. */
  dead?: boolean;
}

export interface PoolStatistics {
  /** Bytes in use by live tensors. */
  readonly liveBytes: number;
  readonly liveBuffers: number;
  /** Bytes kept for reuse. */
  readonly freeBytes: number;
  readonly freeBuffers: number;
  readonly peakBytes: number;
  /** Buffers created and requests served from the pool since the start. */
  readonly created: number;
  readonly reused: number;
}

const USAGE = BufferUsage.STORAGE | BufferUsage.COPY_SRC | BufferUsage.COPY_DST;

/**
 * Storage buffers by size class, with a cap on what is kept for reuse.
 * A freed buffer can be reused by a later dispatch at once, since dispatches run in order; uploads are guarded in `Device`.
 */
export class BufferPool {
  /** Set while memory is short: what is released is then destroyed, not kept. */
  scarce = false;
  private readonly free = new Map<number, PooledBuffer[]>();
  private nextId = 1;
  private live = { bytes: 0, buffers: 0 };
  private kept = { bytes: 0, buffers: 0 };
  private peak = 0;
  private created = 0;
  private reused = 0;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly capBytes: number,
    private readonly errors: Pick<DriverErrors, 'watch'>,
    private readonly onDestroy: (buffer: PooledBuffer) => void,
  ) {}

  /**
   * A buffer of at least `bytes` with undefined contents.
   * @throws MemoryError beyond the device's `maxBufferSize`.
   */
  acquire(bytes: number, label: string): PooledBuffer {
    const size = sizeClass(bytes);
    const limit = this.gpu.limits.maxBufferSize;
    if (bytes > limit) {
      throw new MemoryError(
        `${label}: ${bytes} bytes exceed this device's buffer limit of ${limit} bytes; use a smaller batch or input`,
      );
    }
    const list = this.free.get(size);
    let buffer = list?.pop();
    if (buffer) {
      this.kept.bytes -= buffer.bytes;
      this.kept.buffers--;
      this.reused++;
    } else {
      buffer = this.create(Math.min(size, Math.floor(limit / 16) * 16), label);
    }
    this.live.bytes += buffer.bytes;
    this.live.buffers++;
    this.peak = Math.max(this.peak, this.live.bytes + this.kept.bytes);
    return buffer;
  }

  /** Takes a buffer back; over the cap, kept buffers are destroyed as by `trim` (`beforeDestroy` runs first, once). */
  release(buffer: PooledBuffer, beforeDestroy: () => void): void {
    this.live.bytes -= buffer.bytes;
    this.live.buffers--;
    if (buffer.dead) {
      this.destroy(buffer);
      return;
    }
    const list = this.free.get(sizeClass(buffer.bytes)) ?? [];
    list.push(buffer);
    this.free.set(sizeClass(buffer.bytes), list);
    this.kept.bytes += buffer.bytes;
    this.kept.buffers++;
    const cap = this.scarce ? 0 : this.capBytes;
    if (this.kept.bytes > cap) {
      beforeDestroy();
      this.trim(cap);
    }
  }

  /** Destroys kept buffers, the largest class first and in it those kept longest, until at most `bytes` are kept. */
  trim(bytes = 0): void {
    const classes = [...this.free.keys()].sort((a, b) => b - a);
    for (const size of classes) {
      const list = this.free.get(size)!;
      while (list.length > 0 && this.kept.bytes > bytes) {
        const buffer = list.shift()!;
        this.kept.bytes -= buffer.bytes;
        this.kept.buffers--;
        this.destroy(buffer);
      }
      if (list.length === 0) this.free.delete(size);
    }
  }

  get statistics(): PoolStatistics {
    return {
      liveBytes: this.live.bytes,
      liveBuffers: this.live.buffers,
      freeBytes: this.kept.bytes,
      freeBuffers: this.kept.buffers,
      peakBytes: this.peak,
      created: this.created,
      reused: this.reused,
    };
  }

  private create(bytes: number, label: string): PooledBuffer {
    const held = this.live.bytes + this.kept.bytes;
    const gpu = this.errors.watch(
      'out-of-memory',
      () => this.gpu.createBuffer({ label: `pool ${bytes}`, size: bytes, usage: USAGE }),
      () => {
        this.bury(buffer);
        return new MemoryError(
          `${label}: out of memory allocating ${bytes} bytes with ${held} bytes already held; use a smaller batch or input`,
        );
      },
    );
    const buffer: PooledBuffer = { id: this.nextId++, gpu, bytes, lastBatch: -1 };
    this.created++;
    return buffer;
  }

  private destroy(buffer: PooledBuffer): void {
    this.onDestroy(buffer);
    buffer.gpu.destroy();
  }

  /** Keeps a buffer that got no memory from being used again; it may already have been freed. */
  private bury(buffer: PooledBuffer): void {
    buffer.dead = true;
    const list = this.free.get(sizeClass(buffer.bytes)) ?? [];
    const index = list.indexOf(buffer);
    if (index < 0) return;
    list.splice(index, 1);
    this.kept.bytes -= buffer.bytes;
    this.kept.buffers--;
    this.destroy(buffer);
  }
}

/** Rounds up to one of four classes per power of two, at least 256 bytes: at most 25 % is wasted. */
function sizeClass(bytes: number): number {
  if (bytes <= 256) return 256;
  const quarter = 2 ** (Math.ceil(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / quarter) * quarter;
}
