/** `sppgpu kernels`: lists, prints, checks and times ladders, as docs/machine-interface.md describes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ladders } from '../../src/ops/ladders.js';
import { loadTuning } from '../../src/runtime/tuning-file.node.js';
import { tempFolder } from '../io/temp-folder.js';
import { inProcess } from './in-process.js';
import { expectRefusal, sppgpu } from './run.js';

test('--json: an object for each rung, and one choice per family', async () => {
  const { code, stdout } = await sppgpu(['kernels', '--json']);
  expect(code).toBe(0);
  const rows = JSON.parse(stdout) as { family: string; rung: string; runs: boolean; chosen: boolean }[];
  expect(rows.map(({ family, rung }) => [family, rung])).toEqual(
    ladders.flatMap(({ family, rungs }) => rungs.map(({ rung }) => [family, rung])),
  );
  const chosen = rows.filter((row) => row.chosen);
  expect(chosen.map(({ family }) => family)).toEqual(ladders.map(({ family }) => family));
  expect(chosen.every(({ runs }) => runs)).toBe(true);
  for (const row of rows)
    expect(row).toMatchObject({
      file: expect.stringMatching(/\.wgsl$/),
      adapterClass: expect.stringMatching(/gpu|cpu|any/),
    });
});

test('--run all --json: a checked time for each rung', async () => {
  const { code, stdout } = await sppgpu(['kernels', 'sum', '--run', 'all', '--size', '300', '--budget', '0', '--json']);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ rung }) => rung)).toEqual(['invocation', 'workgroup']);
  for (const line of lines) {
    expect(line).toMatchObject({ family: 'sum', case: 'sum_1024x300_fwd', ok: true, bound: 'memory' });
    for (const field of ['ms', 'gflops', 'gbps', 'shareOfLimit']) expect(line[field]).toBeGreaterThan(0);
    expect(line.error).toBeLessThan(1e-4);
  }
});

test('--precision f16: the rungs that read halves, checked like the others; families that do not are named', async () => {
  for (const [family, size, name] of [
    ['matmul', '17', 'matmul_17x17x17_f16'],
    ['conv2d-gradient-to-the-weights', '5', 'conv_8x64x5x5_64x3x3_dw_f16'],
  ] as const) {
    const flags = ['--precision', 'f16', '--run', 'registers', '--size', size, '--budget', '0', '--json'];
    const { code, stdout } = await inProcess(['kernels', family, ...flags]);
    expect(code).toBe(0);
    const line = JSON.parse(stdout);
    expect(line).toMatchObject({ case: name, rung: 'registers', ok: true });
    expect(line.error).toBeLessThan(1e-4);
  }
  expectRefusal(
    await inProcess(['kernels', 'matmul', '--precision', 'f16', '--run', 'naive']),
    /cannot run naive on/,
    1,
  );
  expectRefusal(
    await inProcess(['kernels', 'sum', '--precision', 'f16']),
    /sum does not read f16; matmul, conv2d, conv2d-gradient-to-the-input, conv2d-gradient-to-the-weights do/,
    2,
  );
});

test('--show prints the text that the device compiles; what does not exist is refused', async () => {
  const { stdout } = await sppgpu(['kernels', 'maxPool2d-gradient', '--show', '--run', 'scatter']);
  const { kernels } = ladders.find(({ family }) => family === 'maxPool2d gradient')!.rungs[1]!;
  expect(stdout).toBe(`// ---- maxPool2d gradient, scatter: scatter_max ----\n${kernels[0]!.code}`);
  expectRefusal(
    await inProcess(['kernels', 'matmull', '--show']),
    /no family "matmull"; use one of matmul, conv2d, /,
    2,
  );
  expectRefusal(
    await inProcess(['kernels', 'sum', '--run', 'fast']),
    /sum has no rung "fast"; use all, or one of inv/,
    2,
  );
  expectRefusal(await inProcess(['kernels', '--run', 'all']), /name a family: matmul/, 2);
});

test('tune: a table that other commands take; what is something else is neither used nor written over', async () => {
  const folder = tempFolder();
  const file = join(folder, 'tuning.json');
  const net = ['tune', '--model', 'digits', '--batch', '1', '--inference', '--budget', '0', '--json'];
  const { code, stdout } = await sppgpu([...net, '--out', file]);
  expect(code).toBe(0);
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const entry of entries)
    expect(entry.candidates).toContainEqual({ rung: entry.rung, ok: true, ms: expect.any(Number) });
  const table = await loadTuning(file);
  expect(table.list()).toEqual(entries);
  expect((await sppgpu(['kernels', '--json'], { env: { SPPGPU_TUNING: file } })).code).toBe(0);

  const other = join(folder, 'other.json');
  writeFileSync(other, '{"name": "mine"}');
  const message = /other\.json is not a tuning table of this version; make one with `sppgpu tune`/;
  expectRefusal(await inProcess([...net, '--out', other]), message, 1);
  expectRefusal(await inProcess(['kernels', '--tuning-table', other]), message, 1);
  // Found before a device is opened: there is none of this name.
  const unknown = ['tune', '--model', join(folder, 'zf55'), '--device', 'none such'];
  expectRefusal(await inProcess(unknown), /zf55: no such file or folder/, 1);
  expectRefusal(await inProcess(['tune', '--model', other, '--device', 'none such']), /other\.json: /, 1);
  expectRefusal(
    await sppgpu(['kernels'], { env: { SPPGPU_TUNING: join(folder, 'none.json') } }),
    /cannot be read \(ENOENT\)/,
    1,
  );
});

test('bench collect puts the parts of bench/gpu.sh together, cut ones too; what is none of it is refused', async () => {
  const folder = tempFolder();
  expectRefusal(
    await sppgpu(['bench', 'collect', folder, '--json'], { env: { SPPGPU_TEST_ADAPTER: '' } }),
    /parts\.txt/,
    1,
  );
  writeFileSync(join(folder, 'parts.txt'), 'nets\t124\t60\ndoctor\t0\t1\n');
  writeFileSync(join(folder, 'nets.jsonl'), '{"model":"zf5","adapter":"a card","ms":3}\n{"model":"over');
  writeFileSync(join(folder, 'nets.log'), 'zf5, 32: 3 ms\n');
  const { code, stdout } = await sppgpu(['bench', 'collect', folder, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { name: 'nets', status: 124, seconds: 60, records: 1 },
    { name: 'doctor', status: 0, seconds: 1, records: 0 },
  ]);
  const { adapter, parts } = JSON.parse(readFileSync(join(folder, 'gpu.json'), 'utf8'));
  expect(adapter).toBe('a card');
  expect(parts[0]).toMatchObject({ name: 'nets', records: [{ model: 'zf5', ms: 3 }], lastLine: 'zf5, 32: 3 ms' });
  expect(readFileSync(join(folder, 'gpu.html'), 'utf8')).toContain('ran out of time: zf5, 32: 3 ms');
  writeFileSync(join(folder, 'parts.txt'), '../../etc/passwd\t0\t1\n');
  expectRefusal(await inProcess(['bench', 'collect', folder]), /is not what bench\/gpu\.sh writes/, 1);
});

test('bench nets: whole steps of training, one object for each net and batch', async () => {
  const args = ['bench', 'nets', '--model', 'digits', '--batch', '1,3', '--input', '20', '--budget', '0', '--json'];
  const { code, stdout } = await sppgpu(args);
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ model, batch, input, ok }) => [model, batch, input, ok])).toEqual([
    ['digits', 1, 20, true],
    ['digits', 3, 20, true],
  ]);
  for (const { ms, imagesPerSecond, batch } of lines) expect(imagesPerSecond).toBeCloseTo((1000 * batch) / ms);
});
