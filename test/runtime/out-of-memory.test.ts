import { afterEach, beforeEach, expect, test } from 'vitest';
import { add } from '../../src/ops/add.js';
import { relu } from '../../src/ops/relu.js';
import type { Device } from '../../src/runtime/device.js';
import { MemoryError } from '../../src/runtime/errors.js';
import { full } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { openTestDevice } from '../setup/device.js';

const MIB = 2 ** 20;
const elements = (mib: number) => [(mib * MIB) / 4];

/**
 * Lets a device have `bytes` of memory: a buffer beyond that is invalid, with all that the driver makes of it, and its
 * error scope answers as the driver does. Destroyed memory comes back with the next submit, not before.
 */
function limitMemory({ gpu }: Device, bytes: number) {
  let [used, destroyed] = [0, 0];
  const scopes: { filter: GPUErrorFilter; failed: boolean }[] = [];
  const { queue } = gpu;
  const real = {
    createBuffer: gpu.createBuffer.bind(gpu),
    pushErrorScope: gpu.pushErrorScope.bind(gpu),
    popErrorScope: gpu.popErrorScope.bind(gpu),
    submit: queue.submit.bind(queue),
  };
  const overrides: Partial<GPUDevice> = {
    createBuffer: (descriptor) => {
      if (used + descriptor.size > bytes) {
        const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
        if (scope) scope.failed = true;
        real.pushErrorScope('validation');
        const invalid = real.createBuffer({ ...descriptor, usage: 0 });
        void real.popErrorScope();
        return invalid;
      }
      const buffer = real.createBuffer(descriptor);
      used += descriptor.size;
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        destroyed += descriptor.size;
        return destroy();
      };
      return buffer;
    },
    pushErrorScope: (filter) => {
      scopes.push({ filter, failed: false });
      return real.pushErrorScope(filter);
    },
    popErrorScope: async () => {
      const { failed } = scopes.pop()!;
      const answer = await real.popErrorScope();
      return failed ? ({ message: 'out of memory' } as GPUError) : answer;
    },
  };
  for (const [name, value] of Object.entries(overrides)) Object.defineProperty(gpu, name, { value });
  Object.defineProperty(queue, 'submit', {
    value: (commands: Iterable<GPUCommandBuffer>) => {
      real.submit(commands);
      [used, destroyed] = [used - destroyed, 0];
    },
  });
  return { used: () => used };
}

let device: Device;
let memory: { used(): number };
beforeEach(async () => {
  device = await openTestDevice();
  memory = limitMemory(device, 40 * MIB);
});
afterEach(() => device.dispose());

test('the error has both numbers and the way out, before all that follows from it', async () => {
  const held = full(device, elements(24), 1);
  const failure = await relu(held)
    .data()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MemoryError);
  expect((failure as Error).message).toMatch(
    /^relu.*: out of memory allocating 25165824 bytes with 25165824 bytes already held; use a smaller batch or input$/,
  );
});

test.each([8, 1 / 64])('after several failures a smaller request works (%s MiB)', async (mib) => {
  for (let round = 0; round < 3; round++) {
    const sum = scope(() => add(full(device, elements(24), round), full(device, elements(24), 1)));
    await expect(sum.data()).rejects.toThrow(MemoryError);
    sum.dispose();
    const y = scope(() => add(full(device, elements(mib), 7), 1));
    expect((await y.data()).every((value) => value === 8)).toBe(true);
    y.dispose();
  }
});

test('every read that was open when memory ran out fails; none returns what was never computed', async () => {
  const held = full(device, elements(24), 1);
  const first = relu(held).data();
  await Promise.resolve(); // another tick: a wait of its own
  const second = relu(held).data();
  const results = await Promise.allSettled([first, second]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(results.map((result) => (result as PromiseRejectedResult).reason)).toEqual([
    expect.any(MemoryError),
    expect.any(MemoryError),
  ]);
});

test('a tensor that got no memory says so at every use, not what the driver makes of it', async () => {
  const held = full(device, elements(24), 1);
  const dead = relu(held);
  await expect(dead.data()).rejects.toThrow(MemoryError);
  await expect(add(dead, 1).data()).rejects.toThrow(/out of memory allocating 25165824 bytes/);
  expect(await full(device, [2], 5).array()).toEqual([5, 5]);
});

test('reading back needs memory as well', async () => {
  const held = full(device, elements(32), 1);
  await expect(held.data()).rejects.toThrow(/^reading back: out of memory allocating 33554432 bytes/);
  expect(await full(device, [2], 5).array()).toEqual([5, 5]);
});

test('trim gives memory back to the system at once', () => {
  const before = memory.used();
  full(device, elements(24), 1).dispose();
  expect(memory.used()).toBe(before + 24 * MIB);
  device.trim();
  expect(memory.used()).toBe(before);
});
