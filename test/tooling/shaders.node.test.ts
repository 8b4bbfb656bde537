import { expect, test } from 'vitest';
import { importGraph, readSources } from './imports.js';
import { filesBelow, root } from './repository.js';

const shaders = filesBelow('shaders', /\.wgsl$/);

test('every shader is imported by a source file', () => {
  const graph = importGraph(readSources(root, filesBelow('src', /\.ts$/)));
  const imported = new Set([...graph.values()].flatMap((imports) => imports.map(({ target }) => target)));
  expect(shaders.filter((path) => !imported.has(path))).toEqual([]);
  expect([...imported].filter((path) => path.startsWith('shaders/') && !shaders.includes(path))).toEqual([]);
});

test('every shader of more than one line of work says on top what it computes', () => {
  const comment = /^\s*(?:(?:enable|requires|alias)[^;]*;\s*)*(?:\/\/|\/\*)/;
  const long = [...readSources(root, shaders)].filter(([, code]) => code.trim().split('\n').length > 5);
  expect(long.filter(([, code]) => !comment.test(code)).map(([path]) => path)).toEqual([]);
});
