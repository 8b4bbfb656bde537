/** Every case of every op on a device: forward and gradient against the float64 references. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Device } from '../../src/runtime/device.js';
import { bindings } from '../../src/selftest/bindings.js';
import { runCase } from '../../src/selftest/run.js';
import { specs } from '../../src/selftest/specs.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

describe.each(specs.map((spec) => ({ op: spec.op, spec })))('$op', ({ op, spec }) => {
  test.each(spec.cases)(
    '$name',
    async (opCase) => {
      const row = await runCase(device, spec, opCase, bindings[op]!);
      expect(row).toEqual({ ...row, ok: true });
    },
    60_000,
  );
});
