/** Readers that go away, and disks that are full: no stack trace, no lost run. */
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readJsonl } from '../../src/io/jsonl.node.js';
import { readTfEvents } from '../../src/io/tfevents.node.js';
import { errorLines, sppgpu } from './run.js';
import { writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const full = openSync('/dev/full', 'w');
afterAll(() => closeSync(full));

const COMMANDS = ['--help', '--version', 'help train', 'ops', 'models zf5 --json', 'bench --list', 'doctor'];
const FULL = 'sppgpu: stdout: no space left on the disk; free some space or choose another disk';

describe.concurrent('stdout', () => {
  test.each(COMMANDS)('%s on a full disk: one line, exit code 1', async (command) => {
    const result = await sppgpu(command.split(' '), { files: { stdout: full } });
    expect(errorLines(result)).toEqual([FULL]);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(1);
  });

  test.each(COMMANDS)('%s that nobody reads: not a word, exit code 141', async (command) => {
    const result = await sppgpu(command.split(' '), { unread: ['stdout'] });
    expect(errorLines(result)).toEqual([]);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(141);
  });

  test('commands that print as they go stop at the next line', async () => {
    const bench = ['bench', '--cases', '^(maxpool|spp50_32x256x13|cross)', '--budget', '0.1', '--json'];
    const { code, stderr } = await sppgpu(bench, { unread: ['stdout'] });
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(141);
  });
});

test.concurrent('stderr that nobody reads, or that is full, changes nothing', async () => {
  const results = [
    await sppgpu(['nonsense'], { unread: ['stderr'] }),
    await sppgpu(['nonsense'], { files: { stderr: full } }),
  ];
  expect(results.map(({ code }) => code)).toEqual([2, 2]);
  const { code, stdout } = await sppgpu(['selftest', '--op', 'relu', '--json'], { unread: ['stderr'] });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
});

describe('train', () => {
  const net = ['--model', 'small', '--width', '0.5', '--hidden', '32', '--batch-size', '8'];
  const train = ['train', '--data', writeTinyPictures(join(folder, 'data'), 8), ...net, '--json'];
  const epochs = async (out: string): Promise<number[]> =>
    (await readJsonl(join(out, 'log.jsonl'))).map((record) => (record as { epoch: number }).epoch);
  const eventSteps = async (out: string): Promise<number[]> => {
    const names = readdirSync(join(out, 'tensorboard')).sort();
    return (await Promise.all(names.map((name) => readTfEvents(join(out, 'tensorboard', name)))))
      .flat()
      .map(({ step }) => step);
  };

  test('goes on when the reader of its records goes away', async () => {
    const out = join(folder, 'unread');
    const result = await sppgpu([...train, '--epochs', '3', '--out', out], {
      onStdout: (_, reader) => reader.leave(),
    });
    expect(errorLines(result)).toEqual([
      'sppgpu: stdout: nobody reads it any more; the work goes on, its files will be complete',
    ]);
    expect(result.code).toBe(0);
    expect(await epochs(out)).toEqual([0, 1, 2]);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });

  test('goes on with a full disk behind stdout, and fails at the end', async () => {
    const out = join(folder, 'full');
    const result = await sppgpu([...train, '--epochs', '2', '--out', out], { files: { stdout: full } });
    expect(errorLines(result)).toEqual([`${FULL}; the work goes on, its files will be complete`]);
    expect(result.code).toBe(1);
    expect(await epochs(out)).toEqual([0, 1]);
  });

  test('goes on without a reader of anything', async () => {
    const out = join(folder, 'alone');
    expect((await sppgpu([...train, '--epochs', '1', '--out', out], { unread: ['stdout', 'stderr'] })).code).toBe(0);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });

  test('a folder that is moved during the run is made anew, with every line of every log', async () => {
    const out = join(folder, 'run');
    let moved = false;
    const result = await sppgpu([...train, '--epochs', '3', '--out', out], {
      onStdout: () => {
        if (!moved) renameSync(out, join(folder, 'elsewhere'));
        moved = true;
      },
    });
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(`${out}: was moved or removed during the run; it is made anew, with the whole log`);
    expect(await epochs(out)).toEqual([0, 1, 2]);
    expect(await eventSteps(out)).toEqual([1, 2, 3]);
  });

  test('--resume completes a log that lost its lines', async () => {
    const out = join(folder, 'torn');
    expect((await sppgpu([...train, '--epochs', '2', '--out', out])).code).toBe(0);
    const before = await readJsonl(join(out, 'log.jsonl'));
    rmSync(join(out, 'log.jsonl'));
    rmSync(join(out, 'tensorboard'), { recursive: true });
    expect((await sppgpu(['train', '--resume', '--epochs', '3', '--out', out])).code).toBe(0);
    const after = await readJsonl(join(out, 'log.jsonl'));
    expect(after.slice(0, 2)).toEqual(before);
    expect(await epochs(out)).toEqual([0, 1, 2]);
    expect(await eventSteps(out)).toEqual([1, 2, 3]);
  });
});
