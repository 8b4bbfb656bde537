/** The library's float64 references against PyTorch: outputs, gradients, optimizer steps. */
import { describe, expect, test } from 'vitest';
import { relativeError } from '../../src/selftest/error.js';
import { finiteDifference } from '../../src/selftest/finite-difference.js';
import type { NdArray } from '../../src/selftest/reference/nd.js';
import { specs } from '../../src/selftest/specs.js';
import { adamRuns, type GoldenCase, opFixtures, sgdRuns, stored } from './fixtures.js';
import { type AdamAttrs, adam, type SgdAttrs, sgd } from './optim.js';

const FORWARD = 1e-9;
const GRADIENT = 1e-7;

/** Floating-point inputs come first and are as many as there are gradients. */
function inputsOf(golden: GoldenCase): NdArray[] {
  // Without gradients all are; where an input has none, the case says how many.
  const floats = golden.floats ?? (golden.gradients.length || golden.inputs.length);
  return golden.inputs.map((input, i) => stored(input, i < floats ? 'f32' : 'i32'));
}

test('there are fixtures', () => {
  expect(opFixtures.length).toBeGreaterThan(45);
  expect(opFixtures.map(({ op }) => op).filter((op) => !specs.some((spec) => spec.op === op))).toEqual([]);
});

describe.each(opFixtures)('$op', ({ op, cases }) => {
  const spec = specs.find((s) => s.op === op)!;

  test.each(cases)('$name', (golden) => {
    const inputs = inputsOf(golden);
    const outputs = [spec.reference(inputs, golden.attrs)].flat();
    expect(outputs).toHaveLength(golden.outputs.length);
    outputs.forEach((output, i) => {
      expect(relativeError(output, stored(golden.outputs[i]!, output.dtype))).toBeLessThan(FORWARD);
    });

    const cotangent = stored(golden.cotangent);
    const explicit = spec.vjp?.(inputs, cotangent, golden.attrs);
    golden.gradients.forEach((gradient, i) => {
      if (explicit) expect(relativeError(explicit[i]!, stored(gradient))).toBeLessThan(FORWARD);
      if (golden.name === 'ties') return; // a kink: only the explicit rule has a gradient there
      const f = (x: NdArray) => [spec.reference(inputs.with(i, x), golden.attrs)].flat()[0]!;
      expect(relativeError(finiteDifference(f, inputs[i]!, cotangent), stored(gradient))).toBeLessThan(GRADIENT);
    });
  });
});

function expectSteps(actual: number[][], expected: { data: number[] }[]) {
  actual.forEach((values, step) => {
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[step]!.data[i]!, 9);
    });
  });
}

test.each(sgdRuns)('SGD: $name', ({ start, gradients, values, attrs }) => {
  const lists = gradients.map(({ data }) => data);
  expectSteps(sgd(start.data, lists, attrs as unknown as SgdAttrs), values);
});

test.each(adamRuns)('Adam: $name', ({ start, gradients, values, attrs }) => {
  const lists = gradients.map(({ data }) => data);
  expectSteps(adam(start.data, lists, attrs as unknown as AdamAttrs), values);
});
