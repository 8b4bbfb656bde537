/** Every rung of every ladder, not only the one this adapter chooses, on every case of its ops, forward and gradient. */
import { describe, expect, test } from 'vitest';
import { canRun, type Ladder, type Rung } from '../../src/ops/ladder.js';
import { ladders } from '../../src/ops/ladders.js';
import type { Device } from '../../src/runtime/device.js';
import { bindingOf } from '../../src/selftest/bindings.js';
import { runCase, type SelftestRow } from '../../src/selftest/run.js';
import { specs } from '../../src/selftest/specs.js';
import { testDevice } from '../setup/device.js';

async function runAll(device: Device, op: string, ladder: Ladder, { rung }: Rung): Promise<SelftestRow[]> {
  const spec = specs.find((each) => each.op === op)!;
  const rows = [];
  for (const opCase of spec.cases) {
    const attrs = { ...opCase.attrs, ...ladder.ask(rung as never) };
    rows.push(await runCase(device, spec, { ...opCase, attrs }, bindingOf(op)!));
  }
  return rows;
}

describe.each(ladders)('$family', (ladder) => {
  describe.each(ladder.ops)('%s', (op) => {
    test.each(ladder.rungs)('$rung', async (row) => {
      const device = await testDevice();
      const results = await runAll(device, op, ladder, row);
      if (!canRun(device, row)) {
        // Where there is nothing to compute, there is nothing to refuse.
        const refused = results.filter(({ ok }) => !ok);
        expect(refused.length).toBeGreaterThan(results.length / 2);
        expect(refused.filter(({ message }) => !message?.includes(`cannot run ${row.rung}`))).toEqual([]);
        return;
      }
      const beyond = results.filter(({ message }) => message?.includes(`${row.rung} takes only`));
      expect(beyond.length > 0).toBe(row.takes !== undefined);
      expect(results.length - beyond.length).toBeGreaterThan(results.length / 2);
      expect(results.filter((result) => !result.ok && !beyond.includes(result))).toEqual([]);
    });
  });
});
