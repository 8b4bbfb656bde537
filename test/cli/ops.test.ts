/** `sppgpu ops`: ladders and kernels as docs/machine-interface.md describes them. Needs no device. */
import { expect, test } from 'vitest';
import { everyKernel } from '../../src/cli/kernel-library.js';
import { ladderRows } from '../../src/ops/ladders.js';
import { inProcess } from './in-process.js';
import { expectRefusal, sppgpu } from './run.js';

const fixed = { family: expect.any(String), rung: expect.any(String), file: expect.stringMatching(/\.wgsl$/) };

test('--ladders --json is an object for each rung, with the documented fields', async () => {
  const { code, stdout } = await sppgpu(['ops', '--ladders', '--json']);
  const rows = JSON.parse(stdout) as Record<string, unknown>[];
  expect(code).toBe(0);
  expect(rows).toEqual(ladderRows());
  for (const { takes, lost, ...row } of rows) {
    expect(row).toEqual({
      ...fixed,
      needs: expect.any(Object),
      adapterClass: expect.stringMatching(/^(gpu|cpu|any)$/),
      chooseWhen: expect.any(String),
      why: expect.any(String),
    });
    for (const note of [takes, lost]) expect(['undefined', 'string']).toContain(typeof note);
  }
});

test('--ladders is a table of the same rungs', async () => {
  const lines = (await sppgpu(['ops', '--ladders'])).stdout.trimEnd().split('\n');
  const found = lines.map((line) => line.split(/ {2,}/).slice(0, 3).join(' '));
  for (const { family, rung, file } of ladderRows()) expect(found).toContain(`${family} ${rung} ${file}`);
});

test('--shader without a name lists every kernel', async () => {
  const names = [...everyKernel().keys()].sort();
  expect(JSON.parse((await sppgpu(['ops', '--shader', '--json'])).stdout)).toEqual(names);
  expect((await sppgpu(['ops', '--shader'])).stdout.trimEnd().split('\n')).toEqual(names);
});

test('--shader NAME is the whole WGSL, what goes in front included', async () => {
  const name = 'unary_gradient(tanh, f32)';
  const { code } = everyKernel().get(name)!;
  expect(code).toMatch(/fn flat_index.*alias Element = f32.*fn gradient.*@compute/su);
  expect((await sppgpu(['ops', '--shader', name])).stdout).toBe(code);
  expect(JSON.parse((await sppgpu(['ops', '--shader', name, '--json'])).stdout)).toEqual({ name, code });
});

test('--shader with half a name, or none that exists, says what there is', async () => {
  expectRefusal(
    await inProcess(['ops', '--shader', 'unary_gradient']),
    /variants; name one of unary_gradient\(abs, f32\)/,
    2,
  );
  expectRefusal(
    await inProcess(['ops', '--shader', 'unari']),
    /--shader unari is not a kernel; `sppgpu ops --shader` lists/,
    2,
  );
});
