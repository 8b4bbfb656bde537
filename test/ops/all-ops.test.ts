/** Every case of every op on a device: forward and gradient against the float64 references. */
import { describe, expect, test } from 'vitest';
import { opTable } from '../../src/ops/table.js';
import { bindingOf } from '../../src/selftest/bindings.js';
import { runCase } from '../../src/selftest/run-case.js';
import { specs } from '../../src/selftest/specs.js';
import { testDevice } from '../setup/device.js';

test('every op of the table has a reference and cases', () => {
  const known = specs.map(({ op }) => op);
  expect(opTable.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((op) => !bindingOf(op))).toEqual([]);
});

test('every op with a gradient has a case for it, and no other', () => {
  for (const { name, differentiable } of opTable) {
    const cases = specs.find(({ op }) => op === name)?.cases ?? [];
    expect(
      cases.some(({ gradient }) => gradient !== 'none'),
      name,
    ).toBe(differentiable.length > 0);
  }
});

describe.each(specs.map((spec) => ({ op: spec.op, spec })))('$op', ({ op, spec }) => {
  test.each(spec.cases)('$name', async (opCase) => {
    const row = await runCase(await testDevice(), spec, opCase, bindingOf(op)!);
    expect(row).toEqual({ ...row, ok: true });
  });
});
