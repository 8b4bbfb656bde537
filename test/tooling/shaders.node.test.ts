import { expect, test } from 'vitest';
import { matches } from '../../src/runtime/shader.js';
import { bare } from '../../tools/shaders/emit.js';
import { closureOf, NONE, readShader } from '../../tools/shaders/read.js';
import { importGraph, readSources } from './imports.js';
import { filesBelow, root } from './repository.js';

const shaders = filesBelow('shaders', /\.wgsl$/);

test('every shader is imported by a source file, or by the head of another', () => {
  const graph = importGraph(readSources(root, filesBelow('src', /\.ts$/)));
  const imported = new Set([...graph.values()].flatMap((imports) => imports.map(({ target }) => target)));
  const heads = shaders.flatMap((path) => readShader(root + path).head);
  const named = new Set(
    heads.flatMap((item) => (item.kind === 'file' ? [item.path] : item.kind === 'choice' ? item.paths : [])),
  );
  expect(shaders.filter((path) => !imported.has(path) && !named.has(path.slice('shaders/'.length)))).toEqual([]);
  expect([...imported].filter((path) => path.startsWith('shaders/') && !shaders.includes(path))).toEqual([]);
});

test('what fills an open place declares no bindings or overrides, which the compiler would not know', () => {
  const files = shaders.map((path) => readShader(root + path));
  const patterns = files.flatMap(({ head }) => head.flatMap((item) => (item.kind === 'open' ? [item.pattern] : [])));
  const filling = files.filter(({ path }) => patterns.some((pattern) => matches(pattern, path)));
  expect(filling.length).toBeGreaterThan(20);
  const declaring = filling
    .flatMap((file) => closureOf(file, NONE))
    .filter(({ code }) => /@binding|\boverride\b/u.test(code));
  expect(declaring.map(({ path }) => path)).toEqual([]);
});

test('every shader of more than one line of work says on top what it computes', () => {
  const comment = /^\s*(?:(?:enable|requires|alias)[^;]*;\s*)*(?:\/\/|\/\*)/;
  const long = [...readSources(root, shaders)].filter(([, code]) => code.trim().split('\n').length > 5);
  expect(long.filter(([, code]) => !comment.test(code)).map(([path]) => path)).toEqual([]);
});

test('a shader without its comments is the same code in the same lines', () => {
  // Words and numbers, the longest operators first, any other sign: what a compiler cuts the text into.
  const token = /[A-Za-z_]\w*|\.?\d[\w.]*|->|--|\+\+|&&|\|\||<<=?|>>=?|[-+*/%&|^<>=!]=|\S/g;
  const tokens = (code: string) => code.replaceAll(/\/\/.*/g, '').match(token) ?? [];
  for (const [path, code] of readSources(root, shaders)) {
    const [lines, kept] = [code.split('\n'), bare(code).split('\n')];
    expect(kept.map(tokens), path).toEqual(lines.map(tokens));
    expect(bare(code), path).not.toContain('//');
  }
});
