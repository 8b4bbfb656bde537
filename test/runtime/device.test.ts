import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { add } from '../../src/ops/add.js';
import { relu } from '../../src/ops/relu.js';
import type { Device } from '../../src/runtime/device.js';
import { DeviceError, DeviceLostError, DisposedError, MemoryError } from '../../src/runtime/errors.js';
import { foldGrid } from '../../src/runtime/grid.js';
import { defineKernel } from '../../src/runtime/kernel.js';
import { full, tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { openTestDevice, testDevice } from '../setup/device.js';
import brokenWgsl from './shaders/broken.wgsl';

const opened: Device[] = [];
const open = async (options = {}) => {
  const device = await openTestDevice(options);
  opened.push(device);
  return device;
};
afterEach(() => {
  for (const device of opened.splice(0)) device.dispose();
});

test('a dispatch grid covers every invocation and respects the limit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 31 }),
      fc.constantFrom(1, 8, 64, 256),
      fc.constantFrom(7, 255, 65535),
      (count, size, limit) => {
        fc.pre(Math.ceil(count / size) <= limit ** 3 / 8);
        const [x, y, z] = foldGrid(Math.ceil(count / size), limit);
        expect(Math.max(x, y, z)).toBeLessThanOrEqual(limit);
        expect(x * y * z * size).toBeGreaterThanOrEqual(count);
        // Not more than a row of groups is wasted on each fold.
        expect(x * y * z).toBeLessThan(Math.ceil(count / size) + x * y + x + y + z + 1);
      },
    ),
  );
  expect(foldGrid(0)).toEqual([0, 1, 1]);
  expect(() => foldGrid(1e9, 10)).toThrow(MemoryError);
});

test('more dispatches than the uniform arena holds, between two readbacks', async () => {
  const device = await open({ batchSize: 100_000 });
  const x = tensor(device, [1]);
  let y = relu(x);
  for (let i = 0; i < 3000; i++) {
    const next = add(y, x);
    y.dispose();
    y = next;
  }
  expect(await y.item()).toBe(3001);
});

test('an upload into a buffer that a recorded dispatch still reads waits for it', async () => {
  const device = await open({ batchSize: 100_000 });
  const a = tensor(device, [1, 2, 3]);
  const b = relu(a);
  a.dispose(); // its buffer is free for reuse while the dispatch above is only recorded
  const c = tensor(device, [7, 8, 9]);
  expect(await b.array()).toEqual([1, 2, 3]);
  expect(await c.array()).toEqual([7, 8, 9]);
});

test('the pool reuses buffers, keeps at most its cap and can be trimmed', async () => {
  const device = await open({ poolBytes: 1 << 20 });
  for (let i = 0; i < 20; i++) zeros(device, [64, 1024]).dispose();
  const { created, reused } = device.statistics.pool;
  expect(created).toBeLessThanOrEqual(2);
  expect(reused).toBeGreaterThanOrEqual(18);
  const many = Array.from({ length: 12 }, () => zeros(device, [64, 1024]));
  for (const one of many) one.dispose();
  expect(device.statistics.pool.freeBytes).toBeLessThanOrEqual(1 << 20);
  device.trim();
  expect(device.statistics.pool.freeBytes).toBe(0);
  expect(await full(device, [3], 2).array()).toEqual([2, 2, 2]);
});

test('a step repeated hits the bind-group cache', async () => {
  const device = await open();
  const x = tensor(device, [1, -2]);
  for (let i = 0; i < 50; i++) scope(() => void relu(relu(x)));
  await device.sync();
  const { hits, misses } = device.statistics.bindGroups;
  expect(misses).toBeLessThan(10);
  expect(hits).toBeGreaterThan(80);
});

test('beyond the buffer limit: a typed error with the numbers', async () => {
  const device = await testDevice();
  const elements = device.limits.maxBufferSize;
  expect(() => zeros(device, [elements])).toThrow(MemoryError);
  expect(() => zeros(device, [elements])).toThrow(
    `${elements * 4} bytes exceed this device's buffer limit of ${device.limits.maxBufferSize}`,
  );
});

test('a shader that the driver refuses is a typed error naming the kernel, at the next readback', async () => {
  const device = await open();
  const broken = defineKernel(brokenWgsl);
  const y = zeros(device, [4]);
  device.dispatch(broken, { bindings: { y: y.binding('test') }, workgroups: 1 });
  await expect(y.data()).rejects.toThrow(/kernel broken does not compile/);
  await expect(device.warmUp([[broken]])).resolves.toBeUndefined(); // cached: reported once
  expect(await zeros(device, [1]).item()).toBe(0); // the device goes on
});

test('use after dispose of the device, and reads that wait when it goes', async () => {
  const device = await open();
  const x = tensor(device, [1, 2, 3]);
  const waiting = relu(x).data();
  device.dispose();
  device.dispose();
  await expect(waiting).rejects.toThrow(DeviceLostError);
  expect(() => relu(x)).toThrow(DisposedError);
  expect(() => zeros(device, [1])).toThrow(DisposedError);
  x.dispose();
});

test('a binding limit that no tensor can be cut to is refused', async () => {
  for (const maxBindingBytes of [256, 0, 1000, Number.NaN])
    await expect(open({ maxBindingBytes })).rejects.toThrow(`maxBindingBytes ${maxBindingBytes} is not usable`);
});

test('two devices live side by side and do not mix', async () => {
  const [one, two] = [await open(), await open()];
  const [a, b] = [tensor(one, [1]), tensor(two, [2])];
  expect(await Promise.all([add(a, 1).item(), add(b, 1).item()])).toEqual([2, 3]);
  expect(() => add(a, b)).toThrow(DeviceError);
});

test('profile: calls and time per kernel', async () => {
  const device = await testDevice();
  if (!device.features.has('timestamp-query')) {
    await expect(device.profile(() => {})).rejects.toThrow(/no timestamp-query/);
    return;
  }
  const x = zeros(device, [1000]);
  const rows = await device.profile(() => scope(() => void relu(relu(relu(x)))));
  expect(rows.map(({ kernel, calls }) => [kernel, calls])).toEqual([['unary(relu, f32)', 3]]);
  expect(rows[0]!.share).toBe(rows[0]!.totalMs > 0 ? 1 : 0);
  x.dispose();
});

test('a profile of more kernels than one batch has timestamps for', async () => {
  const device = await open({ batchSize: 100_000 });
  const x = tensor(device, [-1, 1]);
  const profile = device.profile(() => {
    for (let i = 0; i < 1500; i++) relu(x).dispose();
  });
  if (!device.features.has('timestamp-query')) {
    await expect(profile).rejects.toThrow(/no timestamp-query/);
    return;
  }
  const rows = await profile;
  expect(rows.map(({ kernel, calls }) => [kernel, calls])).toEqual([['unary(relu, f32)', 1500]]);
});
