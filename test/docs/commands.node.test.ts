/** The README lists every command, and every option that the documentation shows exists. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sppgpuProgram } from '../../src/cli/program.js';
import { opTable } from '../../src/ops/table.js';
import { sppgpu } from '../cli/run.js';
import { filesBelow, root } from '../tooling/repository.js';
import { codeBlocks } from './examples.js';

const program = await sppgpuProgram();
const commands = program
  .createHelp()
  .visibleCommands(program)
  .map((command) => command.name())
  .filter((name) => name !== 'help');

/** Names of the subcommands of those that have some. */
const subcommands = new Map(
  program.commands.map((command) => [command.name(), command.commands.map((sub) => sub.name())]),
);

const read = (page: string) => readFileSync(root + page, 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', /\.md$/)];

/** Flags of a command, such as `detect train`. */
function flagsOf(path: string): Set<string> {
  const command = path.split(' ').reduce((above, name) => above.commands.find((own) => own.name() === name)!, program);
  return new Set(['--help', ...command.options.map(({ long }) => long!)]);
}

/** The commands that get what `submit` and `sweep` do not take themselves. */
function passedOn(name: string, words: string): string[] {
  if (name === 'sweep') return ['train'];
  const [, first = '', second = ''] = /^ ([a-z]+)\b(?: ([a-z]+)\b)?/.exec(words) ?? [];
  if (name !== 'submit' || !commands.includes(first)) return [];
  return [first, ...(subcommands.get(first)?.includes(second) ? [`${first} ${second}`] : []), ...passedOn(first, '')];
}

test('the README lists every command', () => {
  const table = read('README.md').split('## Commands')[1]!.split('\n## ')[0]!;
  const listed = [...table.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name!);
  expect(listed.sort()).toEqual([...commands].sort());
});

test('every option that is shown exists', () => {
  const shown = new Map<string, Set<string>>();
  for (const page of pages) {
    const text = read(page);
    const lines = codeBlocks(text).flatMap(({ code }) => code.split('\n'));
    const inline = text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g);
    for (const line of [...lines, ...Array.from(inline, ([, code]) => code!)]) {
      const call = /^(?:node dist\/cli\.js |(?:npx )?sppgpu )?([a-z]+)\b([^#|>]*)/.exec(line);
      if (!call || !commands.includes(call[1]!)) continue;
      const sub = /^ ([a-z]+)\b/.exec(call[2]!)?.[1];
      const given = new Set(passedOn(call[1]!, call[2]!).flatMap((path) => [...flagsOf(path)]));
      const name = subcommands.get(call[1]!)?.includes(sub!) ? `${call[1]} ${sub}` : call[1]!;
      const flags = shown.get(name) ?? new Set();
      for (const [flag] of call[2]!.matchAll(/--[a-z][a-z-]*/g)) if (!given.has(flag)) flags.add(flag);
      shown.set(name, flags);
    }
  }
  expect([...new Set([...shown.keys()].map((name) => name.split(' ')[0]!))].sort()).toEqual([...commands].sort());
  const unknown: string[] = [];
  for (const [command, flags] of shown) {
    const known = flagsOf(command);
    for (const flag of flags) if (!known.has(flag)) unknown.push(`${command} ${flag}`);
  }
  expect(unknown).toEqual([]);
});

test('`ops` prints the table', async () => {
  expect(JSON.parse((await sppgpu(['ops', '--json'])).stdout)).toEqual(opTable);
  const { stdout } = await sppgpu(['ops']);
  expect(stdout.split('\n').filter((line) => / {2}pooling {2}/.test(line)).length).toBeGreaterThan(3);
});
