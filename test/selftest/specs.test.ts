/** The self-test's own consistency: its two sources of gradients agree, its cases are sound and repeatable. */
import { describe, expect, test } from 'vitest';
import { baseOf } from '../../src/selftest/case.js';
import { relativeError } from '../../src/selftest/error.js';
import { nd } from '../../src/selftest/reference/nd.js';
import { expectationOf } from '../../src/selftest/spec.js';
import { specs } from '../../src/selftest/specs.js';

describe.each(specs.map((spec) => ({ op: spec.op, spec })))('$op', ({ op, spec }) => {
  test('has cases of its own, each with a name of its own', () => {
    expect(spec.cases.length).toBeGreaterThan(0);
    expect(spec.cases.every((c) => c.op === op)).toBe(true);
    expect(new Set(spec.cases.map((c) => c.name)).size).toBe(spec.cases.length);
  });

  test('explicit gradients equal finite differences where there is no kink', () => {
    for (const opCase of spec.cases) {
      if (opCase.gradient !== 'finite-difference' || !spec.vjp) continue;
      // An operand that is a plain number has no gradient, and the explicit rule is written for two tensors.
      if (opCase.attrs.left !== undefined || opCase.attrs.right !== undefined) continue;
      const numeric = expectationOf(spec, opCase).gradients;
      const explicit = expectationOf(spec, { ...opCase, gradient: 'reference' }).gradients;
      numeric.forEach((gradient, i) => {
        if (gradient) expect(relativeError(explicit[i]!, gradient), opCase.name).toBeLessThan(1e-6);
      });
    }
  });

  test('every case has an expectation without surprises', () => {
    for (const opCase of spec.cases) {
      const { outputs, gradients } = expectationOf(spec, opCase);
      expect(outputs.length, opCase.name).toBeGreaterThan(0);
      const finite = opCase.special || gradients.every((g) => !g || g.data.every(Number.isFinite));
      expect(finite, `gradient of "${opCase.name}"`).toBe(true);
    }
  });
});

test('generated inputs are the same every time', () => {
  const input = { shape: [3, 4], values: { kind: 'distinct', seed: 7, min: -1, max: 1 } } as const;
  expect(baseOf(input)).toEqual(baseOf(input));
  expect(new Set(baseOf(input).data).size).toBe(12);
});

describe('relativeError', () => {
  const expected = nd([3], [1, 1000, 0]);

  test('is relative to the value, or to the array where the value is small', () => {
    expect(relativeError({ ...expected, data: [1, 1001, 0] }, expected)).toBeCloseTo(1 / 1001, 9);
    expect(relativeError({ ...expected, data: [1, 1000, 0.5] }, expected)).toBe(0.5);
    expect(relativeError({ ...nd([1]), data: [2e-5] }, nd([1], [1e-5]))).toBeGreaterThan(0.009);
  });

  test('takes NaN for NaN and an infinity for itself, and nothing else', () => {
    const special = nd([3], [Number.NaN, Infinity, 1]);
    expect(relativeError(special, special)).toBe(0);
    expect(relativeError({ ...special, data: [0, Infinity, 1] }, special)).toBe(Infinity);
    expect(relativeError({ ...special, data: [Number.NaN, -Infinity, 1] }, special)).toBe(Infinity);
    expect(relativeError({ ...special, data: [Number.NaN, Infinity, Number.NaN] }, special)).toBe(Infinity);
  });

  test('is infinite for another shape or dtype', () => {
    expect(relativeError(nd([3, 1]), nd([3]))).toBe(Infinity);
    expect(relativeError(nd([3], [0, 0, 0], 'i32'), nd([3]))).toBe(Infinity);
  });
});
