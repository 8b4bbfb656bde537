import { expect, test } from 'vitest';
import { BindGroupCache } from '../../src/runtime/bind-groups.js';
import type { PooledBuffer } from '../../src/runtime/buffer-pool.js';
import type { Pipeline } from '../../src/runtime/pipelines.js';
import type { UniformArena } from '../../src/runtime/uniform-arena.js';

const gpu = { createBindGroup: () => ({}) } as unknown as GPUDevice;
const pipeline = {
  id: 1,
  kernel: { name: 'fake', layout: { storage: [{ binding: 0 }, { binding: 1 }] } },
} as unknown as Pipeline;
const buffer = (id: number): PooledBuffer => ({ id, gpu: {} as GPUBuffer, bytes: 64, lastBatch: 0 });
const slice = (of: PooledBuffer, bytes = 64) => ({ buffer: of, offset: 0, bytes });

test('bind groups are found again, and forgotten with either of their buffers', () => {
  const cache = new BindGroupCache(gpu, {} as UniformArena);
  const [weight, input, output] = [buffer(1), buffer(2), buffer(3)];
  const first = cache.get(pipeline, [slice(weight), slice(input)]);
  expect(cache.get(pipeline, [slice(weight), slice(input)])).toBe(first);
  expect(cache.get(pipeline, [slice(weight), slice(input, 32)])).not.toBe(first);
  const other = cache.get(pipeline, [slice(weight), slice(output)]);
  cache.forget(input);
  expect(cache.statistics).toEqual({ size: 1, hits: 1, misses: 3 });
  expect(cache.get(pipeline, [slice(weight), slice(output)])).toBe(other);
  expect(cache.get(pipeline, [slice(weight), slice(input)])).not.toBe(first);
  cache.forget(weight);
  expect(cache.statistics.size).toBe(0);
});

test('garbage is collected once every 8192 dropped bind groups, however they were dropped', () => {
  let collections = 0;
  const cache = new BindGroupCache(gpu, {} as UniformArena, () => collections++);
  const weight = buffer(0);
  let made = 0;
  for (let round = 1; round <= 4; round++) {
    for (let i = 0; i < 8192; i++) {
      const short = buffer(++made);
      cache.get(pipeline, [slice(weight), slice(short)]);
      if (round % 2 === 0) cache.forget(short);
    }
    expect(cache.statistics.size).toBeLessThanOrEqual(8192);
    expect(made - cache.statistics.size - 8192 * collections).toBeLessThanOrEqual(2 * 8192);
  }
  expect(collections).toBeGreaterThanOrEqual(2);
});
