import { expect, test } from 'vitest';
import { defineKernel } from '../../src/runtime/kernel.js';
import { testDevice } from '../setup/device.js';
import triple from './shaders/triple.wgsl';

test('an adapter is present and computes', async () => {
  const device = await testDevice();
  console.log(
    `${device.info.name}, subgroups of ${device.info.subgroupSize}, ${device.info.software ? 'software' : 'hardware'}`,
  );
  const kernel = defineKernel(triple);
  const count = 1000;
  const x = { buffer: device.allocate(count * 4, 'x'), offset: 0, bytes: count * 4 };
  const y = { buffer: device.allocate(count * 4, 'y'), offset: 0, bytes: count * 4 };
  device.upload(
    x.buffer,
    0,
    Float32Array.from({ length: count }, (_, i) => i),
  );
  device.dispatch(kernel, { bindings: { x, y }, params: { count }, workgroups: [Math.ceil(count / 64), 1, 1] });
  const result = new Float32Array(await device.read(y));
  expect([...result]).toEqual(Array.from({ length: count }, (_, i) => 3 * i));
  device.free(x.buffer);
  device.free(y.buffer);
});
