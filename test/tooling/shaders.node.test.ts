import { expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { declarationsOf } from '../../src/runtime/declarations.js';
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

test('a shader without its comments is the same code, and each function begins a line', () => {
  // Words and numbers, the longest operators first, any other sign: what a compiler cuts the text into.
  const token = /[A-Za-z_]\w*|\.?\d[\w.]*|->|--|\+\+|&&|\|\||<<=?|>>=?|[-+*/%&|^<>=!]=|\S/g;
  const tokens = (code: string) => code.replaceAll(/\/\/.*/g, '').match(token) ?? [];
  for (const [path, code] of readSources(root, shaders)) {
    const kept = bare(code);
    expect(tokens(kept), path).toEqual(tokens(code));
    expect(kept, path).not.toContain('//');
    expect(kept.match(/^fn /gm), path).toEqual(code.match(/^fn /gm));
    expect(kept.match(/^enable .*;$/gm), path).toEqual(code.match(/^enable .*;$/gm));
  }
});

/** Declarations alone, with empty function bodies: less for the parser to trip over. */
function withoutBodies(code: string): string {
  let result = '';
  let from = 0;
  for (const match of code.matchAll(/\bfn\s+\w+/g)) {
    const open = code.indexOf('{', match.index);
    let at = open + 1;
    for (let depth = 1; depth > 0; at++) {
      if (code[at] === '{') depth++;
      else if (code[at] === '}') depth--;
    }
    result += code.slice(from, open + 1);
    from = at - 1;
  }
  return result + code.slice(from);
}

interface WgslType {
  readonly name: string;
  readonly count?: number;
  readonly format?: WgslType | null;
}

/** The interface as a parser of WGSL sees it. */
function parsed(text: string) {
  const code = text.replaceAll(/\/\/.*/g, '');
  const { storage, uniforms, overrides, entry } = new WgslReflect(withoutBodies(code));
  const nameOf = ({ name, format, count }: WgslType): string => {
    if (name === 'array') return `array<${nameOf(format!)}, ${count}>`;
    return format ? `${name}${format.name[0]}` : name;
  };
  return {
    bindings: storage.map(({ name, binding, access }) => [name, binding, access === 'read_write' ? access : 'read']),
    params: uniforms.flatMap(({ binding, members }) => [
      binding,
      ...(members ?? []).map(({ name, type }) => `${name}: ${nameOf(type)}`),
    ]),
    overrides: overrides.map(({ name }) => name).sort(),
    entries: entry.compute.map(({ name }) => name),
  };
}

test('what is read of a shader, with comments and without, is what a parser of WGSL reads', () => {
  const read = (path: string, code: string) => {
    const { bindings, params, overrides, entry } = declarationsOf(path, code);
    return {
      bindings: Object.entries(bindings).map(([name, { binding, access }]) => [name, binding, access]),
      params: params ? [params.binding, ...Object.entries(params.fields).map((field) => field.join(': '))] : [],
      overrides: Object.keys(overrides).sort(),
      entries: entry ? [entry.name] : [],
    };
  };
  const counts = { bindings: 0, params: 0, overrides: 0, entries: 0 };
  for (const path of shaders) {
    // A struct may stand in a prelude.
    const code = closureOf(readShader(root + path), NONE)
      .map((file) => file.code)
      .join('\n');
    const found = read(path, code);
    expect(read(path, bare(code)), path).toEqual(found);
    expect(found, path).toEqual(parsed(code));
    for (const key of ['bindings', 'params', 'overrides', 'entries'] as const) counts[key] += found[key].length;
  }
  expect(counts.bindings).toBeGreaterThan(250);
  expect(counts.params).toBeGreaterThan(500);
  expect(counts.overrides).toBeGreaterThan(100);
  expect(counts.entries).toBeGreaterThan(90);
});
