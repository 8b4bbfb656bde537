import type { PooledBuffer } from './buffer-pool.js';
import type { Pipeline } from './pipelines.js';
import type { UniformArena } from './uniform-arena.js';

/** A range of a pooled buffer, in bytes. */
export interface BufferSlice {
  readonly buffer: PooledBuffer;
  readonly offset: number;
  readonly bytes: number;
}

interface Entry {
  readonly group: GPUBindGroup;
  readonly buffers: readonly PooledBuffer[];
}

const CAPACITY = 8192;
/** Dropped groups that may wait for the garbage collector. */
const MOST_DROPPED = 8192;

/**
 * Bind groups by pipeline and buffer ranges: a training step repeats the same few hundred. Pictures of ever new sizes do
 * not, and WebGPU has no way to destroy a group: `collectGarbage`, where given, runs when many were dropped.
 */
export class BindGroupCache {
  private readonly entries = new Map<string, Entry>();
  private readonly keysOfBuffer = new Map<number, Set<string>>();
  private hits = 0;
  private misses = 0;
  private dropped = 0;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly arena: UniformArena,
    private readonly collectGarbage?: () => void,
  ) {}

  get(pipeline: Pipeline, slices: readonly BufferSlice[]): GPUBindGroup {
    let key = `${pipeline.id}`;
    for (const { buffer, offset, bytes } of slices) key += `|${buffer.id},${offset},${bytes}`;
    const known = this.entries.get(key);
    if (known) {
      this.hits++;
      return known.group;
    }
    this.misses++;
    if (this.entries.size >= CAPACITY) this.clear();
    if (this.dropped >= MOST_DROPPED) this.collect();
    const { storage, params } = pipeline.kernel.layout;
    const resources: GPUBindGroupEntry[] = storage.map(({ binding }, i) => {
      const { buffer, offset, bytes } = slices[i]!;
      return { binding, resource: { buffer: buffer.gpu, offset, size: bytes } };
    });
    if (params) resources.push({ binding: params.binding, resource: { buffer: this.arena.buffer, size: params.size } });
    const group = this.gpu.createBindGroup({
      label: pipeline.kernel.name,
      layout: pipeline.bindLayout,
      entries: resources,
    });
    const buffers = slices.map(({ buffer }) => buffer);
    this.entries.set(key, { group, buffers });
    for (const { id } of buffers) {
      const keys = this.keysOfBuffer.get(id);
      if (keys) keys.add(key);
      else this.keysOfBuffer.set(id, new Set([key]));
    }
    return group;
  }

  /** Drops the groups of a buffer that is about to be destroyed. */
  forget(buffer: PooledBuffer): void {
    for (const key of this.keysOfBuffer.get(buffer.id) ?? []) {
      for (const { id } of this.entries.get(key)?.buffers ?? [])
        if (id !== buffer.id) this.keysOfBuffer.get(id)?.delete(key);
      this.entries.delete(key);
      this.dropped++;
    }
    this.keysOfBuffer.delete(buffer.id);
  }

  get statistics(): { size: number; hits: number; misses: number } {
    return { size: this.entries.size, hits: this.hits, misses: this.misses };
  }

  private clear(): void {
    this.dropped += this.entries.size;
    this.entries.clear();
    this.keysOfBuffer.clear();
  }

  private collect(): void {
    this.dropped = 0;
    this.collectGarbage?.();
  }
}
