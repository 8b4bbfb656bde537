import { matches } from '../../src/runtime/shader.js';
import type { ShaderFile } from './read.js';

/** Names of values, types and functions, and those of fields, which stand behind a dot or in a struct: they never meet. */
type Kind = 'value' | 'field';
type Key = `${Kind} ${string}`;
type Visit = (kind: Kind, name: string) => string;

/** Attributes, address spaces, directives and numbers, which hold no names of ours; fields; names. */
const TOKEN =
  /@builtin\(\w+\)|@\w+|\b(?:var|ptr)\s*<\s*\w+(?:\s*,\s*(?:read_write|read|write)\b)?|\b(?:enable|requires)\s[^;]*;|\.?\d[\w.]*|\.\s*[A-Za-z_]\w*|[A-Za-z_]\w*/g;
const STRUCT = /(\bstruct\s+\w+\s*\{[^}]*\})/;
const FIELD = /^\s*(\w+)(\s*:)/;
/** A name and what makes it one: `fn area(`, `let area =`, or in a list of parameters `(area: u32`. */
const DECLARED =
  /\b(?:(?:fn|let|const|alias|struct|var)\s+|var\s*<[^>]*>\s*)(\w+)|[(,]\s*(?:@builtin\(\w+\)\s*)?(\w+)\s*:/g;
/** What the runtime reads by name: buffers, overrides, the entry point. */
const OUTSIDE = /\bvar\s*<\s*storage[^>]*>\s*(\w+)|\boverride\s+(\w+)|@compute\b[^{]*?\bfn\s+(\w+)/g;
/** Components of vectors, and of what functions of WGSL return. */
const OF_WGSL = /^(?:[xyzw]{1,4}|[rgba]{1,4}|fract|whole|exp|old_value|exchanged)$/;
const RESERVED = ['as', 'do', 'fn', 'if', 'of'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const SHORT = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))];

/** Every name of a shader without comments, replaced by what `visit` gives for it. */
function replaceNames(code: string, visit: Visit): string {
  const replaced = (text: string) =>
    text.replace(TOKEN, (token) => {
      if (/^(?:[@\d]|\.\d|(?:enable|requires)\s|(?:var|ptr)\s*<)/.test(token)) return token;
      return token.startsWith('.') ? `.${visit('field', token.slice(1).trim())}` : visit('value', token);
    });
  const struct = (text: string) => {
    const open = text.indexOf('{') + 1;
    const fields = text.slice(open, -1).split(/,(?![^<]*>)/);
    const each = fields.map((field) => {
      const name = FIELD.exec(field);
      return name ? visit('field', name[1]!) + name[2] + replaced(field.slice(name[0].length)) : field;
    });
    return `${replaced(text.slice(0, open))}${each.join(',')}}`;
  };
  return code
    .split(STRUCT)
    .map((part, i) => (i % 2 === 1 ? struct(part) : replaced(part)))
    .join('');
}

/** What all files declare that only shaders read. */
function inner(codes: readonly string[]): Set<Key> {
  const declared = new Set<Key>();
  const outside = new Set<Key>();
  const functions = new Set<string>();
  const all = codes.join('\n');
  const uniforms = new Set([...all.matchAll(/\bvar\s*<\s*uniform\s*>\s*\w+\s*:\s*(\w+)/g)].map(([, type]) => type));
  for (const [struct, name] of all.matchAll(/\bstruct\s+(\w+)\s*\{[^}]*\}/g)) {
    const keys = uniforms.has(name) ? outside : declared;
    for (const [, field] of struct.matchAll(/[{,]\s*(\w+)\s*:/g))
      if (!OF_WGSL.test(field!)) keys.add(`field ${field!}`);
  }
  const statements = all.replaceAll(/(?<=\bstruct\s+\w+\s*)\{[^}]*\}/g, ' ');
  for (const [, name, parameter] of statements.matchAll(DECLARED)) declared.add(`value ${(name ?? parameter)!}`);
  for (const [, buffer, override, entry] of all.matchAll(OUTSIDE))
    outside.add(`value ${(buffer ?? override ?? entry)!}`);
  // Called and not declared: a function of WGSL, which a variable may be named like.
  for (const [, name] of all.matchAll(/\b(?:fn|struct|alias)\s+(\w+)/g)) functions.add(name!);
  for (const [, name] of all.matchAll(/\b(\w+)\(/g)) if (!functions.has(name!)) outside.add(`value ${name!}`);
  for (const key of outside) declared.delete(key);
  return declared;
}

/** For every file, the files that may stand in one kernel with it, as the last of them. */
function kernelsOf(files: readonly ShaderFile[]): ReadonlySet<ShaderFile>[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const visit = (file: ShaderFile, found: Set<ShaderFile>): Set<ShaderFile> => {
    if (found.has(file)) return found;
    found.add(file);
    for (const item of file.head) {
      if (item.kind === 'file') visit(byPath.get(item.path)!, found);
      else if (item.kind === 'choice') for (const path of item.paths) visit(byPath.get(path)!, found);
      else for (const each of files) if (matches(item.pattern, each.path)) visit(each, found);
    }
    return found;
  };
  return files.map((file) => visit(file, new Set()));
}

/**
 * Gives what shaders declare names of one or two letters, the shortest to what is named most often. A name has the same short one
 * everywhere, so that texts stay alike and preludes keep fitting; two that never stand in one kernel may share theirs. What the runtime
 * reads by name stays: buffers, overrides, the fields of `Params`, the entry point.
 * @param files all of a folder; @param bare takes what is no code from their texts
 * @returns what shortens the text, without comments, of any of these files
 */
export function shortNames(files: readonly ShaderFile[], bare: (code: string) => string): (code: string) => string {
  const codes = new Map(files.map((file) => [file, bare(file.code)]));
  const shortened = inner([...codes.values()]);
  const counts = new Map<Key, number>();
  const named = new Map<ShaderFile, Set<Key>>();
  for (const [file, code] of codes) {
    const keys = new Set<Key>();
    replaceNames(code, (kind, name) => {
      const key: Key = `${kind} ${name}`;
      keys.add(key);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return name;
    });
    named.set(file, keys);
  }
  const kernels = kernelsOf(files).map((kernel) => new Set([...kernel].flatMap((file) => [...named.get(file)!])));
  const taken = new Map(kernels.map((kernel) => [kernel, new Set([...kernel].filter((key) => !shortened.has(key)))]));
  const names = new Map<Key, string>();
  const often = [...counts].filter(([key]) => shortened.has(key)).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  for (const [key] of often) {
    const kind = key.split(' ')[0] as Kind;
    const around = kernels.filter((kernel) => kernel.has(key)).map((kernel) => taken.get(kernel)!);
    const free = (short: string) => !RESERVED.includes(short) && !around.some((each) => each.has(`${kind} ${short}`));
    const short = SHORT.find(free)!;
    names.set(key, short);
    for (const each of around) each.add(`${kind} ${short}`);
  }
  return (code) => replaceNames(code, (kind, name) => names.get(`${kind} ${name}`) ?? name);
}
