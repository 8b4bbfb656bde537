/** What the package exports for pages is tried in a page: every name is used by a test that Chromium runs. */
import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import * as sppgpu from '../../src/index.js';
import { opTable } from '../../src/ops/table.js';
import { runsInChromium } from '../setup/in-chromium.js';
import { filesBelow, root } from './repository.js';

const SPACES = ['nn', 'optim', 'svm'];

/** Of which `test/setup/device.ts` makes the device of every test. */
const OF_EVERY_TEST = ['createDevice', 'Device'];

/** Names of a module, those of the namespaces in it too. */
function namesOf(space: object): string[] {
  return Object.entries(space).flatMap(([name, value]) =>
    SPACES.includes(name) || name === 'init' ? namesOf(value as object) : [name],
  );
}

/** What a file imports by name, or takes out of a namespace. */
function used(file: string): string[] {
  const text = readFileSync(root + file, 'utf8');
  const { staticImports } = parseSync(file, text).module;
  const imported = staticImports.flatMap(({ entries, moduleRequest }) =>
    moduleRequest.value.includes('/src/') ? entries.filter(({ isType }) => !isType) : [],
  );
  const members = [...text.matchAll(/\b(?:nn|optim|svm|init)\.(\w+)/g)].map(([, name]) => name!);
  return [...imported.map(({ importName }) => importName.name ?? ''), ...members];
}

test('everything that `.` exports is used by a test in Chromium', () => {
  const files = filesBelow('test', /\.test\.ts$/).filter(runsInChromium);
  expect(files.length).toBeGreaterThan(60);
  // `test/ops/all-ops.test.ts` calls the ops of the table by their names.
  const tried = new Set([...files.flatMap(used), ...opTable.map(({ name }) => name), ...OF_EVERY_TEST]);
  expect(namesOf(sppgpu).filter((name) => !tried.has(name))).toEqual([]);
});
