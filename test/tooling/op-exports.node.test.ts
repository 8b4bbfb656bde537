import { expect, test } from 'vitest';
import { unusedExports } from './exports.js';
import { readSources } from './imports.js';
import { filesBelow, root } from './repository.js';

const sources = readSources(
  root,
  ['src', 'test', 'bench'].flatMap((folder) => filesBelow(folder, /\.ts$/)),
);
const ops = filesBelow('src/ops', /^src\/ops\/[^/]+\.ts$/);

test('whatever a file of the table of ops exports besides its row is imported by somebody', () => {
  expect(ops.length).toBeGreaterThan(60);
  expect(unusedExports(sources, ops, 'row')).toEqual([]);
});

test('a planted export is found', () => {
  const file = 'src/ops/relu.ts';
  const planted = new Map([...sources, [file, `${sources.get(file)}\nexport const planted = 1;\n`]]);
  expect(unusedExports(planted, ops, 'row')).toEqual([`${file} planted`]);
});
