import { spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Device } from '../../src/runtime/device.js';
import { collectGarbage } from '../../src/runtime/garbage.node.js';
import { tensor } from '../../src/tensor/create.js';
import { ensureBuilt } from '../setup/build.js';
import { openTestDevice } from '../setup/device.js';
import { root } from '../tooling/repository.js';

test('a disposed device is freed, with what the driver holds for it', async () => {
  const devices: WeakRef<Device>[] = [];
  const native: WeakRef<GPUDevice>[] = [];
  const openAndDispose = async () => {
    const device = await openTestDevice();
    devices.push(new WeakRef(device));
    native.push(new WeakRef(device.gpu));
    await tensor(device, [1]).data();
    device.dispose();
  };
  for (let i = 0; i < 6; i++) await openAndDispose();
  const alive = (refs: readonly WeakRef<object>[]) => refs.filter((ref) => ref.deref()).length;
  for (let i = 0; i < 20 && alive(native) > 1; i++) {
    await setTimeout(20);
    collectGarbage();
  }
  expect(alive(devices)).toBe(0);
  expect(alive(native)).toBeLessThanOrEqual(1); // the binding may hold the last one in a promise
});

const QUEUED_WORK = `
  const { createDevice, full, matmul } = await import('./dist/node.js');
  const device = await createDevice({ adapter: process.env.SPPGPU_TEST_ADAPTER ?? 'software' });
  const a = full(device, [64, 64], 1);
  let b = a;
  for (let i = 0; i < 20; i++) b = matmul(b, a);
  device.submit();
  process.exit(3);
`;

test('process.exit with work in the queue ends as it was told to', async () => {
  await ensureBuilt();
  for (let i = 0; i < 12; i++) {
    const run = spawnSync(process.execPath, ['--input-type=module', '--eval', QUEUED_WORK], { cwd: root });
    expect({ status: run.status, signal: run.signal }).toEqual({ status: 3, signal: null });
  }
});
