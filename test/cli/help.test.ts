/** What `--help` shows: common options first, the rest under headings, defaults as one would type them. */
import type { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { defaultText, GROUPS } from '../../src/cli/help.js';
import { sppgpuProgram } from '../../src/cli/program.js';

/** Commands and subcommands, by all their names. */
const commands = (await sppgpuProgram()).commands.flatMap((command) => [
  { name: command.name(), command },
  ...command.commands.map((sub) => ({ name: `${command.name()} ${sub.name()}`, command: sub })),
]);
const withDefaults = commands.flatMap(({ name, command }) =>
  command.options
    .filter((option) => defaultText(option) !== undefined)
    .map((option) => ({ name: `${name} ${option.long}`, option })),
);

test('there are defaults to look at', () => expect(withDefaults.length).toBeGreaterThan(30));

test.each(withDefaults)('$name: typing the default that is shown gives the default', ({ option }) => {
  const shown = defaultText(option)!;
  expect(shown).not.toMatch(/["'[\]{}\s]/);
  const typed: unknown = option.parseArg ? option.parseArg(shown, undefined) : shown;
  expect(typed).toEqual(option.defaultValue);
});

test.each(commands)('$name --help', ({ command }) => {
  const help = command.helpInformation();
  expect(help).not.toMatch(/\["|default: "|choices: "/);
  const headings = [...help.matchAll(/^[A-Z].*:$/gm)].map(([line]) => line).filter((line) => line !== 'Commands:');
  // A list of few needs no heading of its own.
  if (command.options.length < 4) return;
  expect(headings.find((line) => line !== 'Arguments:')).toBe(GROUPS.common);
  expect(headings).not.toContain('Options:');
  expect(headings.at(-1)).toBe(GROUPS.machine);
  for (const [heading, options] of groupsOf(command)) expect(options.length, heading).toBeLessThanOrEqual(12);
});

function groupsOf(command: Command): Map<string, Option[]> {
  const groups = new Map<string, Option[]>();
  for (const option of command.options) {
    const heading = option.helpGroupHeading ?? 'Options:';
    groups.set(heading, [...(groups.get(heading) ?? []), option]);
  }
  return groups;
}
