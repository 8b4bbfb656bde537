import type { BufferSlice } from '../runtime/bind-groups.js';
import type { PooledBuffer } from '../runtime/buffer-pool.js';
import type { Device } from '../runtime/device.js';

/** Memory of one or several tensors (views share it), returned to the pool with its last owner. */
export class Storage {
  private owners = 1;
  /** Counts in-place writes, so that the graph notices those to what it saved. */
  version = 0;

  constructor(
    readonly device: Device,
    readonly buffer: PooledBuffer,
    readonly bytes: number,
  ) {}

  static allocate(device: Device, bytes: number, label: string): Storage {
    return new Storage(device, device.allocate(bytes, label), bytes);
  }

  /** True if nobody else can see a write to this memory. */
  get exclusive(): boolean {
    return this.owners === 1;
  }

  retain(): this {
    this.owners++;
    return this;
  }

  release(): void {
    if (--this.owners === 0) this.device.free(this.buffer);
  }

  /** A byte range, widened to 16 bytes so that shaders can read it as vectors. */
  slice(offset: number, bytes: number): BufferSlice {
    return { buffer: this.buffer, offset, bytes: Math.max(16, Math.ceil(bytes / 16) * 16) };
  }
}
