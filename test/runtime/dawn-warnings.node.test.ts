import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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

function onTerminal(program: string): string {
  const file = join(tempFolder(), 'program.mjs');
  writeFileSync(file, program);
  const hooks = `${root}test/setup/typescript-hooks.mjs`;
  const start = `import { register } from 'node:module'; register('file://${hooks}?hooks-thread');`;
  writeFileSync(`${file}.hooks.mjs`, start);
  const command = `${process.execPath} --import ${file}.hooks.mjs ${file}`;
  return execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], { encoding: 'utf8' });
}

test.runIf(existsSync('/proc/self/fd'))("on a terminal Dawn's two warnings are gone, and nothing else", () => {
  expect(onTerminal(PROGRAM).split(/\r?\n/)).toEqual([
    'before',
    'Warning: a real one',
    'result',
    'failing',
    'as it was thrown',
    'after, terminal: true',
    '',
  ]);
});

test('elsewhere the call is made as it is', () => {
  expect(withoutDawnWarnings(() => 'result')).toBe('result');
});
