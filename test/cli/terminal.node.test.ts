/** What stands on a terminal while commands work: bars never destroy lines, and a dumb one gets no escape codes. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sppgpu } from './run.js';
import { screenOf } from './screen.js';
import { writeTinyPictures } from './tiny-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything a command writes to a terminal, in its order, up to its end or to the Ctrl-C after `last`. */
async function written(
  name: string,
  args: readonly string[],
  { env = {}, last }: { env?: Record<string, string>; last?: RegExp } = {},
): Promise<string> {
  const file = join(folder, name);
  const terminal = openSync(file, 'w');
  const preload = `--import ${new URL('fake-terminal.mjs', import.meta.url).href}`;
  const { code } = await sppgpu(args, {
    env: { TERM: 'xterm-256color', NODE_OPTIONS: preload, ...env },
    files: { stdout: terminal, stderr: terminal },
    onStart: (kill) => {
      const timer = setInterval(() => {
        if (!last?.test(readFileSync(file, 'utf8'))) return;
        clearInterval(timer);
        kill('SIGINT');
      }, 200);
      timer.unref();
    },
  });
  closeSync(terminal);
  const bytes = readFileSync(file, 'utf8');
  expect(code, bytes.slice(-500)).toBe(last ? 130 : 0);
  return bytes;
}

/** A piece of a bar that was left behind: no line that stays has blocks in it. */
const LEFT_OVER = /[█░]/u;

describe('train', () => {
  const net = ['--model', 'small', '--width', '0.5', '--hidden', '32'];
  const args = [
    'train',
    '--data',
    writeTinyPictures(join(folder, 'data'), 8),
    ...net,
    '--batch-size',
    '4',
    '--epochs',
    '2',
  ];

  test('every line of an epoch is whole, on stdout as on stderr, and no bar is left', async () => {
    const bytes = await written('train', [...args, '--json', '--out', join(folder, 'a')]);
    expect(bytes).toMatch(/train: [█░]+ \d+\/\d+ steps/u);
    expect(bytes).toMatch(/validating \d\/\d/);
    const screen = await screenOf(bytes);
    expect(screen.filter((line) => LEFT_OVER.test(line))).toEqual([]);
    expect(screen.filter((line) => /^epoch [12]\/2 at 28: loss \d\.\d+, .* images\/s, \d+ s$/.test(line))).toHaveLength(
      2,
    );
    expect(screen.filter((line) => /^ {2}training waited for pictures \d+ %/.test(line))).toHaveLength(2);
    expect(screen.filter((line) => line.startsWith('{"epoch":'))).toHaveLength(2);
    expect(screen.at(-1)).toMatch(/^report: /);
  });

  test('a dumb terminal gets no escape codes', async () => {
    const bytes = await written('dumb', [...args, '--out', join(folder, 'b')], { env: { TERM: 'dumb' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(bytes).not.toMatch(/[\u001b\r]/);
    expect(bytes).toMatch(/^train: 1\/\d+ steps/m);
    expect(bytes).toMatch(/^epoch 2\/2/m);
  });
});

test('demo: the lines of an epoch and of a signal are whole', async () => {
  const args = ['demo', '--epochs', '2', '--digits', '1000', '--batch-size', '16', '--out', join(folder, 'demo')];
  const screen = await screenOf(await written('demo.bytes', args, { last: /epoch 1\/2/ }));
  expect(screen.filter((line) => LEFT_OVER.test(line))).toEqual([]);
  expect(screen.filter((line) => /^spp: epoch 1\/2 up to \d+ px: loss .* images\/s$/.test(line))).toHaveLength(1);
  expect(screen).toContain('sppgpu: stopping after this step, then saving (Ctrl-C again to quit at once)');
  expect(screen.at(-1)).toMatch(/^sppgpu: stopped; everything is saved/);
});
