/** The rungs for rows, one invocation or one workgroup a row, give the same: every case of the self-test on each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { logSoftmax } from '../../src/ops/log-softmax.js';
import { softmax } from '../../src/ops/softmax.js';
import { sum } from '../../src/ops/sum.js';
import type { Device } from '../../src/runtime/device.js';
import type { RunOp } from '../../src/selftest/bindings.js';
import { runCase } from '../../src/selftest/run.js';
import { specs } from '../../src/selftest/specs.js';
import { rand } from '../../src/tensor/random.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;

beforeAll(async () => {
  device = await openTestDevice();
}, 60_000);
afterAll(() => device?.dispose());

const RUNGS = ['invocation', 'workgroup'] as const;

const runs = (algorithm: (typeof RUNGS)[number]): Record<string, RunOp> => ({
  sum: ([x], attrs) => sum(x!, { ...attrs, algorithm }),
  softmax: ([x], attrs) => softmax(x!, { ...attrs, algorithm }),
  logSoftmax: ([x], attrs) => logSoftmax(x!, { ...attrs, algorithm }),
  crossEntropy: ([logits, labels], attrs) => crossEntropy(logits!, labels!, { ...attrs, algorithm }),
});

describe.each(RUNGS)('one %s a row', (algorithm) => {
  it.each(Object.entries(runs(algorithm)))(
    '%s',
    async (op, run) => {
      const spec = specs.find((candidate) => candidate.op === op)!;
      for (const opCase of spec.cases) {
        const row = await runCase(device, spec, opCase, run);
        expect(row).toEqual({ ...row, ok: true });
      }
    },
    60_000,
  );

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
