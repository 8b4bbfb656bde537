/** Every option that a message names exists, in the command that says it where that is known. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sppgpuProgram } from '../../src/cli/program.js';
import { filesBelow, root } from '../tooling/repository.js';

const { commands } = await sppgpuProgram();
/** Options of each command and of its subcommands. */
const optionsOf = new Map(
  commands.map((command) => {
    const options = [command, ...command.commands].flatMap((own) => own.options.map(({ long }) => long!));
    return [command.name(), new Set(['--help', ...options])];
  }),
);
const everywhere = new Set([...optionsOf.values()].flatMap((options) => [...options]));

/** Files whose messages are those of one command. */
const ONE_COMMAND = [
  { files: /^src\/cli\/commands\/([a-z]+)\.ts$/, command: (match: string[]) => match[1]! },
  { files: /^src\/cli\/training\//, command: () => 'train' },
  { files: /^src\/cli\/evaluation\//, command: () => 'eval' },
  { files: /^src\/cli\/prediction\//, command: () => 'predict' },
];

interface Named {
  readonly file: string;
  readonly option: string;
  readonly command: string | undefined;
}

/** Options in the text of a source file, without comments; not the custom properties of styles, nor options of Node. */
function namedOptions(file: string): Named[] {
  const text = readFileSync(root + file, 'utf8').replaceAll(/\/\*.*?\*\/|(?<=^|\s)\/\/.*$/gms, '');
  const owner = ONE_COMMAND.flatMap(({ files, command }) => {
    const match = files.exec(file);
    return match ? [command(match)] : [];
  })[0];
  return [...text.matchAll(/(?:\bsppgpu ([a-z]+)\b[^`'"]*?)?(?<![\w-])(--[a-z][a-z-]*[a-z])(?!\w| ===|\.\w)/g)].map(
    ([, named, option]) => {
      return { file, option: option!, command: named ?? owner };
    },
  );
}

const sources = filesBelow('src', /\.ts$/).filter(
  (file) => !file.startsWith('src/report/') && file !== 'src/runtime/garbage.node.ts',
);
const named = sources.flatMap(namedOptions);

test('messages name options', () => expect(named.length).toBeGreaterThan(100));

test('every option exists in its command', () => {
  const unknown = named.filter(({ option, command }) => {
    // A file of one command may quote another: then the option is that one's.
    const known = command !== undefined && optionsOf.get(command)?.has(option);
    return !known && !(command === undefined && everywhere.has(option));
  });
  expect(unknown).toEqual([]);
});

test('a limit that a message tells to raise can be raised', () => {
  const lines = sources.flatMap((file) =>
    readFileSync(root + file, 'utf8')
      .split('\n')
      .filter((line) => /raise (?:the|its|a) limit/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  // The system's own limits have a command that raises them.
  for (const line of lines) expect(line).toMatch(/raise the limit \(ulimit -[a-z]\)/);
});
