import { expect, test } from 'vitest';
import { add } from '../../src/ops/add.js';
import { Readback, type ReadbackHost } from '../../src/runtime/readback.js';
import { full, tensor } from '../../src/tensor/create.js';
import { accumulate } from '../../src/tensor/fill.js';
import { openTestDevice } from '../setup/device.js';

test('a read gives the values of the moment it was asked for', async () => {
  const device = await openTestDevice();
  const w = tensor(device, [1, 2, 3]);
  const before = w.data();
  accumulate(w, full(device, [3], 10));
  device.upload(w.storage('test').buffer, 0, Float32Array.of(7, 8, 9));
  expect([...(await before)]).toEqual([1, 2, 3]);
  const gone = w.data();
  w.dispose();
  full(device, [3], -1); // takes the memory over
  expect([...(await gone)]).toEqual([7, 8, 9]);
  const transposed = tensor(device, [
    [1, 2],
    [3, 4],
  ])
    .view([2, 2], [1, 2], 0, 'transpose')
    .data();
  device.trim(); // destroys the memory of the dense copy
  expect([...(await transposed)]).toEqual([1, 3, 2, 4]);
  device.dispose();
});

test('the reads of one tick share a submit, whatever their sizes', async () => {
  const device = await openTestDevice({ batchSize: 100_000 });
  const lengths = [1, 50_000, 3, 200_000, 7, 1];
  for (let round = 0; round < 2; round++) {
    const tensors = lengths.map((length, i) => add(full(device, [length], i), round));
    const submits = device.statistics.submits;
    const values = await Promise.all(tensors.map((one) => one.data()));
    expect(device.statistics.submits).toBe(submits + 1);
    expect(values.map((data, i) => data.length === lengths[i] && data.every((v) => v === i + round))).not.toContain(
      false,
    );
  }
  device.dispose();
});

/** Staging buffers in plain memory, of at most 256 KiB; `copyOut` writes the slice's offset. */
function fakeHost(fail?: Error) {
  const buffers: { size: number; destroyed: boolean }[] = [];
  const gpu = {
    limits: { maxBufferSize: 256 * 1024 },
    createBuffer: ({ size }: { size: number }) => {
      const memory = new ArrayBuffer(size);
      const buffer = {
        size,
        memory,
        destroyed: false,
        mapAsync: async () => {},
        getMappedRange: (offset: number, bytes: number) => memory.slice(offset, offset + bytes),
        unmap: () => {},
        destroy() {
          this.destroyed = true;
        },
      };
      buffers.push(buffer);
      return buffer;
    },
  };
  const host = {
    gpu,
    errors: { watch: <T>(_: string, create: () => T) => create() },
    copyOut: ({ offset }: { offset: number }, to: { memory: ArrayBuffer }, at: number) =>
      new Uint32Array(to.memory, at, 1).fill(offset),
    submit: () => {},
    wait: async (promise: Promise<unknown>) => {
      await promise;
      if (fail) throw fail;
    },
  };
  return { buffers, readback: new Readback(host as unknown as ReadbackHost) };
}
const slice = (offset: number, bytes: number) => ({ buffer: {} as never, offset, bytes });

test('staging buffers stay below the limit, and those of many reads are reused', async () => {
  const { buffers, readback } = fakeHost();
  const reads = Array.from({ length: 1000 }, (_, i) => readback.read(slice(i, i === 500 ? 256 * 1024 : 1024)));
  expect((await Promise.all(reads)).map((bytes) => new Uint32Array(bytes)[0])).toEqual(reads.map((_, i) => i));
  expect(Math.max(...buffers.map(({ size }) => size))).toBe(256 * 1024);
  expect(buffers.length).toBeLessThan(8);
  const made = buffers.length;
  for (let i = 0; i < 10; i++) await readback.read(slice(i, 4));
  expect(buffers.length).toBe(made);
});

test('a failed read frees its staging buffer', async () => {
  const { buffers, readback } = fakeHost(new Error('lost'));
  await expect(Promise.all([readback.read(slice(0, 4)), readback.read(slice(0, 4))])).rejects.toThrow('lost');
  expect(buffers.map(({ destroyed }) => destroyed)).toEqual([true]);
});
