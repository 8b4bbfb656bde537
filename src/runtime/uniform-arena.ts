import { BufferUsage } from './constants.js';
import type { KernelLayout } from './kernel.js';
import type { Params } from './params.js';

/**
 * All uniforms of one batch in one buffer: a slot a dispatch, written together just before the submit.
 * Writing over the previous batch is safe, since queue writes and submits run in order.
 */
export class UniformArena {
  readonly buffer: GPUBuffer;
  private readonly bytes: ArrayBuffer;
  private readonly view: DataView;
  private used = 0;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly alignment: number,
    private readonly capacity = 256 * 1024,
  ) {
    this.buffer = gpu.createBuffer({
      label: 'uniform arena',
      size: capacity,
      usage: BufferUsage.UNIFORM | BufferUsage.COPY_DST,
    });
    this.bytes = new ArrayBuffer(capacity);
    this.view = new DataView(this.bytes);
  }

  /** True if a slot of `size` bytes still fits; otherwise the batch has to be submitted first. */
  fits(size: number): boolean {
    return this.used + size <= this.capacity;
  }

  /** Writes the parameters of one dispatch and returns the slot's offset. */
  write(kernel: string, layout: NonNullable<KernelLayout['params']>, params: Params): number {
    const base = this.used;
    this.used = Math.ceil((base + layout.size) / this.alignment) * this.alignment;
    for (const field of layout.fields) {
      const value = params[field.name];
      if (value === undefined) throw new Error(`kernel ${kernel}: parameter ${field.name} is missing`);
      const list = typeof value === 'object' ? value : [Number(value)];
      if (list.length > field.components.length) {
        throw new Error(
          `kernel ${kernel}: parameter ${field.name} takes ${field.components.length} numbers, not ${list.length}`,
        );
      }
      for (let i = 0; i < field.components.length; i++) {
        const at = base + field.components[i]!;
        const number = list[i] ?? 0;
        if (field.scalar === 'f32') this.view.setFloat32(at, number, true);
        else if (field.scalar === 'i32') this.view.setInt32(at, number, true);
        else this.view.setUint32(at, number, true);
      }
    }
    return base;
  }

  /** Uploads what was written since the last call; to be called right before the submit. */
  flush(): void {
    if (this.used > 0) this.gpu.queue.writeBuffer(this.buffer, 0, this.bytes, 0, Math.min(this.used, this.capacity));
    this.used = 0;
  }

  destroy(): void {
    this.buffer.destroy();
  }
}
