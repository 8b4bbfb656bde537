/** Every rung of every ladder, not only the one this adapter chooses, on every case of its ops, forward and gradient. */
import { describe, expect, test } from 'vitest';
import { canRun, type Rung } from '../../src/ops/ladder.js';
import { ladders, opsOf } from '../../src/ops/ladders.js';
import type { Device } from '../../src/runtime/device.js';
import { bindingOf } from '../../src/selftest/bindings.js';
import { runCase, type SelftestRow } from '../../src/selftest/run-case.js';
import { specs } from '../../src/selftest/specs.js';
import { testDevice } from '../setup/device.js';

/** A rung of one op, as all of its ladders that have one of this name are asked for it. */
interface Asked {
  readonly row: Rung;
  readonly attributes: Record<string, unknown>;
}

/** Rungs by name: an op with a ladder for each pass runs all passes at once. */
function askedOf(op: string): Asked[] {
  const found = new Map<string, Asked>();
  for (const ladder of ladders.filter((each) => opsOf(each).includes(op))) {
    for (const row of ladder.rungs) {
      const before = found.get(row.rung);
      found.set(row.rung, { row, attributes: merge(before?.attributes ?? {}, ladder.ask(row.rung as never)) });
    }
  }
  return [...found.values()];
}

/** `{ algorithm: { forward } }` and `{ algorithm: { input } }` ask for both. */
function merge(first: Readonly<Record<string, unknown>>, second: Readonly<Record<string, unknown>>) {
  const merged: Record<string, unknown> = { ...first };
  for (const [name, value] of Object.entries(second)) {
    merged[name] = typeof value === 'object' ? { ...(first[name] as object), ...value } : value;
  }
  return merged;
}

async function runAll(device: Device, op: string, attributes: Asked['attributes']): Promise<SelftestRow[]> {
  const spec = specs.find((each) => each.op === op)!;
  const rows = [];
  for (const opCase of spec.cases) {
    const attrs = { ...opCase.attrs, ...attributes };
    rows.push(await runCase(device, spec, { ...opCase, attrs }, bindingOf(op)!));
  }
  return rows;
}

/** Bits of the vectors that lavapipe was told to compute with (`.ci/run`): its lanes have 32 each. */
const vectorWidth = globalThis.process?.env.LP_NATIVE_VECTOR_WIDTH;
/** The matrix units that the adapter was chosen for (`.ci/newer-lavapipe`). */
const matrixUnits = globalThis.process?.env.SPPGPU_TEST_MATRIX_UNITS;

const ops = [...new Set(ladders.flatMap(opsOf))];

describe.each(ops)('%s', (op) => {
  test.each(askedOf(op))('$row.rung', async ({ row, attributes }) => {
    const device = await testDevice();
    if (vectorWidth) expect(device.info.subgroupSize).toBe(Number(vectorWidth) / 32);
    if (matrixUnits) expect(device.info.matrixUnits).toContain(matrixUnits);
    const results = await runAll(device, op, attributes);
    if (!canRun(device, row)) {
      // Where there is nothing to compute, there is nothing to refuse.
      const refused = results.filter(({ ok }) => !ok);
      expect(refused.length).toBeGreaterThan(results.length / 2);
      expect(refused.filter(({ message }) => !message?.includes(`cannot run ${row.rung}`))).toEqual([]);
      return;
    }
    const beyond = results.filter(({ message }) => message?.includes(`${row.rung} takes only`));
    expect(beyond.length > 0).toBe(row.takes !== undefined);
    // A rung that takes little must still be tried.
    expect(results.length - beyond.length).toBeGreaterThan(3);
    expect(results.filter((result) => !result.ok && !beyond.includes(result))).toEqual([]);
  });
});
