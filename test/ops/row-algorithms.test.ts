/** The rungs for rows on rows that are longer than any of the self-test's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../../src/ops/sum.js';
import type { Device } from '../../src/runtime/device.js';
import { rand } from '../../src/tensor/random.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

describe.each(['invocation', 'workgroup'] as const)('one %s per row', (algorithm) => {
  it('sums a long line in parts, to the same bits every time', async () => {
    const x = rand(device, [3, 100_003], { seed: 1 });
    const [first, second] = [sum(x, { axes: 1, algorithm }), sum(x, { axes: 1, algorithm })];
    const values = await first.data();
    expect(values).toEqual(await second.data());
    const data = Array.from(await x.data());
    for (const [row, value] of values.entries()) {
      const expected = data.slice(row * 100_003, (row + 1) * 100_003).reduce((total, v) => total + v, 0);
      expect(Math.abs(value / expected - 1)).toBeLessThan(1e-6);
    }
    for (const each of [x, first, second]) each.dispose();
  });
});
