/** The self-test finds what is wrong: it is only worth what it can refuse. */
import { describe, expect, test } from 'vitest';
import { abs } from '../../src/ops/abs.js';
import { relu } from '../../src/ops/relu.js';
import { reshape } from '../../src/ops/reshape.js';
import { SppgpuError } from '../../src/runtime/errors.js';
import { defineKernel } from '../../src/runtime/kernel.js';
import type { RunOp } from '../../src/selftest/bindings.js';
import { runCase, type SelftestRow } from '../../src/selftest/run-case.js';
import { runSelftest } from '../../src/selftest/selftest.js';
import { specs } from '../../src/selftest/specs.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import brokenWgsl from '../runtime/shaders/broken.wgsl';
import { testDevice } from '../setup/device.js';

const spec = specs.find(({ op }) => op === 'relu')!;
const plain = spec.cases.find(({ name }) => name === '3x5')!;
const run = async (op: RunOp) => runCase(await testDevice(), spec, plain, op);

describe('runSelftest', () => {
  test('runs the chosen ops and reports each case', async () => {
    const device = await testDevice();
    const seen: [string, number, number][] = [];
    const onRow = (row: SelftestRow, done: number, total: number) => seen.push([row.case, done, total]);
    const result = await runSelftest(device, { ops: ['relu', 'sum'], onRow });
    expect(result).toMatchObject({ ok: true, adapter: device.info.name });
    expect(new Set(result.rows.map(({ op }) => op))).toEqual(new Set(['relu', 'sum']));
    expect(seen).toEqual(result.rows.map((row, i) => [row.case, i + 1, result.rows.length]));
    expect(result.rows[0]).toMatchObject({ forward: expect.any(Number), gradient: expect.any(Number), ok: true });
  });

  test('names the ops when asked for one that does not exist', async () => {
    await expect(runSelftest(await testDevice(), { ops: ['rellu'] })).rejects.toThrow(SppgpuError);
    await expect(runSelftest(await testDevice(), { ops: ['rellu'] })).rejects.toThrow(/"rellu".*relu/);
  });
});

describe('runCase refuses', () => {
  test('a wrong value', async () => {
    const row = await run(([x]) => abs(x!));
    expect(row).toMatchObject({ ok: false, message: expect.stringMatching(/^values differ by \d.*allowed$/) });
    expect(row.forward).toBeGreaterThan(0.1);
  });

  test('a wrong gradient behind a right value', async () => {
    const row = await run(([x]) => {
      const y = relu(x!);
      y.node = abs(x!).node;
      return y;
    });
    expect(row).toMatchObject({ forward: 0, ok: false, message: expect.stringMatching(/^gradients differ by/) });
    expect(row.gradient).toBeGreaterThan(0.1);
  });

  test('another shape', async () => {
    const row = await run(([x]) => reshape(relu(x!), [15]));
    expect(row).toMatchObject({ ok: false, message: expect.stringMatching(/cannot be compared|shape/) });
  });

  test('a missing gradient', async () => {
    expect(await run(([x]) => relu(x!.detach()))).toMatchObject({
      ok: false,
      message: expect.stringContaining('no graph'),
    });
  });

  test('an op whose shader the driver refuses', async () => {
    const refused = defineKernel(brokenWgsl);
    const row = await run(([x], _, device) => {
      const y = relu(x!);
      device.dispatch(refused, { bindings: { y: y.binding('refused') }, workgroups: 1 });
      return y;
    });
    expect(row).toMatchObject({ ok: false, message: expect.stringContaining('kernel broken does not compile') });
  });

  test('an op that throws, with its message', async () => {
    const row = await run(() => {
      throw new SppgpuError('relu: broken; mend it');
    });
    expect(row).toMatchObject({ forward: Infinity, gradient: Infinity, ok: false, message: 'relu: broken; mend it' });
  });
});

test('cases leave no tensor behind', async () => {
  const device = await testDevice();
  const before = liveTensorCount(device);
  await runSelftest(device, { ops: ['add', 'slice', 'crossEntropy', 'maxPool2dWithIndices', 'preparePictures'] });
  expect(liveTensorCount(device)).toBe(before);
});
