import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutDawnWarnings } from '../../src/runtime/dawn-warnings.node.js';
import { tempFolder } from '../io/temp-folder.js';
import { root } from '../tooling/repository.js';

/** Prints to descriptor 2 as Dawn does, before, in and after the call. */
const PROGRAM = `
  import { writeSync } from 'node:fs';
  import { setTimeout } from 'node:timers/promises';
  import { withoutDawnWarnings } from '${root}src/runtime/dawn-warnings.node.ts';
  const print = (line) => writeSync(2, line + '\\n');
  const warn = (kind) => print('Warning: maxDynamic' + kind + 'BuffersPerPipelineLayout artificially reduced from 1000000 to 16 to fit dynamic offset allocation limit.');
  print('before');
  const result = withoutDawnWarnings(() => {
    warn('Uniform');
    print('Warning: a real one');
    warn('Storage');
    return 'result';
  });
  print(result);
  try {
    withoutDawnWarnings(() => { print('failing'); throw new Error('as it was thrown'); });
  } catch (error) { print(error.message); }
  process.stderr.write('after, terminal: ' + process.stderr.isTTY + '\\n');
`;

const OUTPUT = ['before', 'Warning: a real one', 'result', 'failing', 'as it was thrown'];

/** The program's stderr by way of a shell command, in which `$PROGRAM` runs it. */
function run(command: string): string[] {
  const folder = tempFolder();
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  const hooks = `${root}test/setup/typescript-hooks.mjs`;
  writeFileSync(
    `${file}.hooks.mjs`,
    `import { register } from 'node:module'; register('file://${hooks}?hooks-thread');`,
  );
  const program = `${process.execPath} --import ${file}.hooks.mjs ${file}`;
  const output = execFileSync('bash', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PROGRAM: program },
  });
  return output.split(/\r?\n/);
}

describe.runIf(existsSync('/proc/self/fd'))("Dawn's two warnings are gone, and nothing else", () => {
  test('on a terminal', () => {
    const lines = run('script --quiet --return --command "$PROGRAM" /dev/null');
    expect(lines).toEqual([...OUTPUT, 'after, terminal: true', '']);
  });

  test('in a pipe', () => {
    expect(run('$PROGRAM 2>&1 | cat')).toEqual([...OUTPUT, 'after, terminal: undefined', '']);
  });

  test('in a file that is appended to', () => {
    const lines = run('echo first > log; ($PROGRAM; echo last >&2) 2>> log; cat log');
    expect(lines).toEqual(['first', ...OUTPUT, 'after, terminal: undefined', 'last', '']);
  });

  test('a pipe without a reader does not stop the call', () => {
    // The writer waits until the reader is gone; its status is what is printed.
    expect(run('(sleep 0.2; $PROGRAM) 2> >(true); echo "ended $?"')[0]).toMatch(/^ended \d+$/);
  });
});

test('in a file that is not appended to, whose place others share, a blank line is left', () => {
  const lines = run('(echo first >&2; $PROGRAM; echo last >&2) 2> log; cat log');
  expect(lines.map((line) => line.trimEnd())).toEqual([
    ...['first', 'before', '', 'Warning: a real one', '', 'result', 'failing', 'as it was thrown'],
    ...['after, terminal: undefined', 'last', ''],
  ]);
});

test('a call gives its result', () => {
  expect(withoutDawnWarnings(() => 'result')).toBe('result');
});
