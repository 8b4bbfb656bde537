import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { duration } from '../../src/report/format.js';
import { inProcess } from './in-process.js';
import { errorLines, expectRefusal, sppgpu } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('doctor', () => {
  test('--json has the documented fields, and nothing else is on stdout', async () => {
    const result = await sppgpu(['doctor', '--json']);
    expect(result.code).toBe(0);
    const { adapter, driver, software, features, limits } = JSON.parse(result.stdout);
    expect([typeof adapter, typeof driver, typeof software]).toEqual(['string', 'string', 'boolean']);
    expect(features).toContain('core-features-and-limits');
    expect(limits.maxStorageBufferBindingSize).toBeGreaterThanOrEqual(128 * 2 ** 20);
  });

  test('for people: a table, and what to install', async () => {
    const { code, stdout } = await sppgpu(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/adapter +\S/);
    expect(stdout).toMatch(/install|nothing to install/);
  });
});

describe('selftest', () => {
  test('--json: a row per case with maximal relative errors', async () => {
    const { code, stdout } = await sppgpu(['selftest', '--json', '--op', 'relu', 'spatialPyramidPool']);
    expect(code).toBe(0);
    const { ok, adapter, rows } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(adapter).toBeTruthy();
    expect(new Set(rows.map((row: { op: string }) => row.op))).toEqual(new Set(['relu', 'spatialPyramidPool']));
    for (const row of rows) expect(Object.keys(row)).toEqual(['op', 'case', 'forward', 'gradient', 'ok']);
  });

  test('an op that does not exist: one line and exit code 2', async () => {
    const result = await inProcess(['selftest', '--op', 'nothing']);
    expectRefusal(result, /there is no op "nothing"; choose from/, 2);
  });
});

describe('bench', () => {
  test('--json: one line per case with the documented fields', async () => {
    const { code, stdout } = await sppgpu([
      'bench',
      '--json',
      '--cases',
      '^cross_entropy_64x1000_fwd$',
      '--budget',
      '0.1',
      '--roofline',
    ]);
    expect(code).toBe(0);
    const line = JSON.parse(stdout);
    expect(line).toMatchObject({ family: 'loss', case: 'cross_entropy_64x1000_fwd', ok: true });
    for (const field of ['ms', 'gflops', 'gbps', 'shareOfLimit']) expect(line[field]).toBeGreaterThan(0);
    expect(line.spread).toHaveLength(2);
    expect(line.error).toBeLessThan(1e-4);
    expect(line).toMatchObject({ bound: 'memory', limits: { gbps: expect.any(Number), gflops: expect.any(Number) } });
  });

  test('our own cases: a line for each way, in proportion to the first', async () => {
    const { code, stdout } = await sppgpu(['bench', '--json', '--cases', '^loader_', '--budget', '0.1']);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ way }) => way)).toEqual(['1 worker', '2 workers', 'main thread']);
    for (const line of lines) {
      expect(line).toMatchObject({ family: 'loader', case: 'loader_jpeg_500x375', ok: true });
      for (const field of ['ms', 'imagesPerSecond', 'fileBytes', 'ratio']) expect(line[field]).toBeGreaterThan(0);
    }
    expect(lines[0].ratio).toBe(1);
    expect(lines[1].imagesPerSecondPerWorker).toBeCloseTo(lines[1].imagesPerSecond / 2);
  });

  test('a filter that matches nothing, or is no pattern', async () => {
    expect(errorLines(await inProcess(['bench', '--cases', 'nothing']))[0]).toMatch(/no case matches/);
    expect(errorLines(await inProcess(['bench', '--cases', '(']))[0]).toMatch(/not a regular expression/);
  });
});

describe('bad use', () => {
  test.each([
    [['doctor', '--nonsense'], /unknown option '--nonsense'/],
    [['nonsense'], /unknown command 'nonsense'/],
    [['demo', '--epochs', 'many'], /give a whole number >= 1/],
    [['demo', '--lr', '-1'], /give a number >= 0/],
    [['demo', '--seed'], /argument missing/],
    [['eval', '--part', 'tset', '--data', 'x'], /Allowed choices are train, test/],
    [['eval', '--val-share', 'x', '--data', 'x'], /give a number from 0 to 1/],
    [['eval', '--list', 'test', '--part', 'test', '--data', 'x'], /'--list <name>' cannot be used with option '--part/],
    [['train', '--sizes', 'large', '--data', 'x'], /write 224, 224,180/],
    [['train', '--plateau', '5', '--lr-steps', '3', '--data', 'x'], /'--plateau <epochs>' cannot be used with/],
  ])('%j: a line, a hint, exit code 2, no stack', async (args, message) => {
    const { code, stderr } = await inProcess(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('no adapter of the wanted kind: exit code 1, one line with the way out', async () => {
    const result = await sppgpu(['doctor', '--device', 'no such adapter']);
    expect(result.code).toBe(1);
    expect(errorLines(result).at(-1)).toMatch(/no adapter matches "no such adapter"; this machine offers/);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  test('an output folder that cannot be made', async () => {
    const result = await sppgpu(['demo', '--out', '/dev/null/inside']);
    expect(result.code).toBe(1);
    expect(errorLines(result)).toHaveLength(1);
    expect(errorLines(result)[0]).toMatch(/\/dev\/null\/inside: /);
  });
});

describe('demo', () => {
  const out = join(folder, 'demo');
  const args = ['demo', '--only', 'classify', '--out', out, '--epochs', '1', '--digits', '1000', '--json'];

  test('Ctrl-C saves a checkpoint and exits with 130; --resume goes on from it', async () => {
    const interrupted = await sppgpu(args, {
      onStderr: (text, kill) => {
        if (/spp: \d+\/\d+ steps/.test(text) && !text.includes('stopping')) kill('SIGINT');
      },
    });
    expect(interrupted.code).toBe(130);
    expect(errorLines(interrupted).at(-1)).toMatch(/everything is saved .*--resume/);
    expect(existsSync(join(out, 'spp.safetensors'))).toBe(true);
    expect(interrupted.stdout).toBe('');

    const resumed = await sppgpu([...args, '--resume']);
    expect(resumed.code).toBe(0);
    const { accuracy, fixedSizeAccuracy, report, seconds, ...maps } = JSON.parse(
      resumed.stdout.trim().split('\n').at(-1)!,
    );
    expect(accuracy).toBeGreaterThan(0.2);
    expect(fixedSizeAccuracy).toBeGreaterThan(0.2);
    const { accuracyBySize, accuracyByShape, fixedSizeAccuracyBySize, fixedSizeAccuracyByShape } = maps;
    expect(Object.keys(accuracyBySize).length).toBeGreaterThan(2);
    expect(Object.keys(accuracyByShape).length).toBeGreaterThan(2);
    expect(Object.keys(fixedSizeAccuracyBySize)).toEqual(Object.keys(accuracyBySize));
    expect(Object.keys(fixedSizeAccuracyByShape)).toEqual(Object.keys(accuracyByShape));
    expect(report).toBe(join(out, 'report.html'));
    expect(seconds).toBeGreaterThan(0);
    const trained = JSON.parse(readFileSync(join(out, 'spp.jsonl'), 'utf8')).seconds;
    expect(readFileSync(report, 'utf8')).toContain(`trained in ${duration(trained)}`);
    expect(readdirSync(out).sort()).toEqual([
      'fixed.jsonl',
      'fixed.safetensors',
      'report.html',
      'spp.jsonl',
      'spp.safetensors',
    ]);
  });

  test('a damaged checkpoint is named, and not overwritten', async () => {
    const file = join(out, 'spp.safetensors');
    truncateSync(file, 1000);
    const result = await sppgpu([...args, '--resume']);
    expect(result.code).toBe(1);
    expect(errorLines(result).at(-1)).toContain(file);
    expect(statSync(file).size).toBe(1000);
  });
});

test('a command that can never end says so, and exits with 1', async () => {
  // Looking at a file takes for ever, without anything that keeps the process alive.
  const patch = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    fs.stat = () => new Promise(() => {});
    syncBuiltinESMExports();`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(patch)}` };
  const { code, stdout, stderr } = await sppgpu(['export', '--model', 'a.safetensors', '--out', 'b.safetensors'], {
    env,
  });
  expect(stderr).toMatch(
    /^sppgpu: internal error: the command waits for something that can happen no more; run again/m,
  );
  expect([code, stdout]).toEqual([1, '']);
});
