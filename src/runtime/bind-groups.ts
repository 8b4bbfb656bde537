import type { PooledBuffer } from './buffer-pool.js';
import type { Pipeline } from './pipelines.js';
import type { UniformArena } from './uniform-arena.js';

/** A range of a pooled buffer, in bytes. */
export interface BufferSlice {
  readonly buffer: PooledBuffer;
  readonly offset: number;
  readonly bytes: number;
}

const CAPACITY = 8192;

/** Bind groups by pipeline and buffer ranges: a training step repeats the same few hundred. */
export class BindGroupCache {
  private readonly groups = new Map<string, GPUBindGroup>();
  private readonly keysOfBuffer = new Map<number, string[]>();
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly arena: UniformArena,
  ) {}

  get(pipeline: Pipeline, slices: readonly BufferSlice[]): GPUBindGroup {
    let key = `${pipeline.id}`;
    for (const { buffer, offset, bytes } of slices) key += `|${buffer.id},${offset},${bytes}`;
    const known = this.groups.get(key);
    if (known) {
      this.hits++;
      return known;
    }
    this.misses++;
    if (this.groups.size >= CAPACITY) this.clear();
    const { storage, params } = pipeline.kernel.layout;
    const entries: GPUBindGroupEntry[] = storage.map(({ binding }, i) => {
      const { buffer, offset, bytes } = slices[i]!;
      return { binding, resource: { buffer: buffer.gpu, offset, size: bytes } };
    });
    if (params) entries.push({ binding: params.binding, resource: { buffer: this.arena.buffer, size: params.size } });
    const group = this.gpu.createBindGroup({ label: pipeline.kernel.name, layout: pipeline.bindLayout, entries });
    this.groups.set(key, group);
    for (const { buffer } of slices) {
      const keys = this.keysOfBuffer.get(buffer.id);
      if (keys) keys.push(key);
      else this.keysOfBuffer.set(buffer.id, [key]);
    }
    return group;
  }

  /** Drops the groups of a buffer that is about to be destroyed. */
  forget(buffer: PooledBuffer): void {
    for (const key of this.keysOfBuffer.get(buffer.id) ?? []) this.groups.delete(key);
    this.keysOfBuffer.delete(buffer.id);
  }

  get statistics(): { size: number; hits: number; misses: number } {
    return { size: this.groups.size, hits: this.hits, misses: this.misses };
  }

  private clear(): void {
    this.groups.clear();
    this.keysOfBuffer.clear();
  }
}
