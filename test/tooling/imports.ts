import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path/posix';
import { parseSync } from 'vite';

/** Sources by their path from the repository's root, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface ImportOf {
  /** A file of the repository (`src/ops/add.ts`), or a package or builtin (`node:fs`, `webgpu`). */
  readonly target: string;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
}

/** Every static, dynamic and re-exporting import of one TypeScript file. */
export function importsOf(file: string, source: string): ImportOf[] {
  const { module } = parseSync(file, source);
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) imports.push({ specifier: moduleRequest.value, typeOnly: isType });
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const specifier = /^['"]([^'"]+)['"]$/.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (specifier) imports.push({ specifier, typeOnly: false });
  }
  return imports.map(({ specifier, typeOnly }) => ({ target: resolve(file, specifier), typeOnly }));
}

/** The imports of every file. */
export type ImportGraph = ReadonlyMap<string, readonly ImportOf[]>;

export function importGraph(sources: Sources): ImportGraph {
  const known = (target: string): string => (sources.has(`${target}x`) ? `${target}x` : target);
  return new Map(
    [...sources].map(([file, source]) => [
      file,
      importsOf(file, source).map(({ target, typeOnly }) => ({ target: known(target), typeOnly })),
    ]),
  );
}

/** Reads files below `root` into `Sources`. */
export function readSources(root: string, paths: Iterable<string>): Sources {
  return new Map([...paths].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return normalize(join(file, '..', specifier))
    .replace(/\?raw$/, '')
    .replace(/\.js$/, '.ts');
}
