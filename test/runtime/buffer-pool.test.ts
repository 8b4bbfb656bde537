import { expect, test } from 'vitest';
import { BufferPool } from '../../src/runtime/buffer-pool.js';
import { DriverErrors } from '../../src/runtime/driver-errors.js';
import { MemoryError } from '../../src/runtime/errors.js';

const MIB = 1024 * 1024;

/** A pool whose device has memory only while `memory` says so. */
function poolWith(memory: { left: boolean }) {
  const destroyed: GPUBuffer[] = [];
  const gpu = {
    limits: { maxBufferSize: 1024 * MIB },
    addEventListener: () => {},
    pushErrorScope: () => {},
    popErrorScope: () => Promise.resolve(memory.left ? null : { message: 'out of memory' }),
    createBuffer: () => ({
      destroy() {
        destroyed.push(this as unknown as GPUBuffer);
      },
    }),
  } as unknown as GPUDevice;
  const errors = new DriverErrors(gpu, 'fake', () => pool.trim());
  const pool = new BufferPool(gpu, 1024 * MIB, errors, () => {});
  return { pool, errors, destroyed };
}

test('out of memory: free buffers are given back, and the dead one is never reused', async () => {
  const memory = { left: true };
  const { pool, errors, destroyed } = poolWith(memory);
  pool.release(pool.acquire(64 * MIB, 'spare'), () => {});
  memory.left = false;
  const [held, freed] = [pool.acquire(32 * MIB, 'relu [8]'), pool.acquire(32 * MIB, 'relu [8]')];
  pool.release(freed, () => {}); // before the driver has answered
  await errors.settle();
  const error = errors.take(0);
  expect(error).toBeInstanceOf(MemoryError);
  expect(error!.message).toMatch(/^relu \[8\]: out of memory allocating 33554432 bytes .*; use a smaller batch/);
  expect(pool.statistics).toMatchObject({ freeBytes: 0, freeBuffers: 0, liveBuffers: 1 });
  pool.release(held, () => {});
  expect(pool.statistics).toMatchObject({ freeBuffers: 0, liveBuffers: 0, liveBytes: 0 });
  expect(new Set(destroyed)).toEqual(new Set([held.gpu, freed.gpu, destroyed[0]]));
  expect(destroyed).toHaveLength(3);
  memory.left = true;
  const next = pool.acquire(32 * MIB, 'relu [8]');
  expect([held, freed]).not.toContain(next);
});
