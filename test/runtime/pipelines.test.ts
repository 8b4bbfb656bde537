import { expect, test } from 'vitest';
import { DriverErrors } from '../../src/runtime/driver-errors.js';
import type { Kernel } from '../../src/runtime/kernel.js';
import { PipelineCache } from '../../src/runtime/pipelines.js';

test('a wrong override is said at once and leaves no error scope open', () => {
  let open = 0;
  const gpu = {
    pushErrorScope: () => open++,
    addEventListener: () => {},
    popErrorScope: () => Promise.resolve(void open--),
  } as unknown as GPUDevice;
  const kernel = { name: 'fake', layout: { storage: [], params: null, overrides: { WG: 64 } } } as unknown as Kernel;
  const cache = new PipelineCache(gpu, new DriverErrors(gpu, 'fake', () => {}));
  expect(() => cache.get(kernel, { GW: 64 })).toThrow('kernel fake has no override GW; it declares WG');
  expect(open).toBe(0);
});
