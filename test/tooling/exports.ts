import { join, normalize } from 'node:path/posix';
import { parseSync } from 'vite';
import type { Sources } from './imports.js';

/** Every name behind an import or export of a file, as `file name`; a namespace (`* as x`, `export *`) is `file *`. */
function namesTaken(file: string, source: string): string[] {
  const { module } = parseSync(file, source);
  const from = (specifier: string) => normalize(join(file, '..', specifier)).replace(/\.js$/, '.ts');
  const taken = module.staticImports.flatMap(({ moduleRequest, entries }) =>
    entries.map(({ importName }) => `${from(moduleRequest.value)} ${importName.name ?? '*'}`),
  );
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, importName }) =>
      moduleRequest ? [`${from(moduleRequest.value)} ${importName.name ?? '*'}`] : [],
    ),
  );
  return [...taken, ...passedOn];
}

/**
 * Exports that nobody imports, of files that a glob takes `only` one export of: knip counts all of theirs as used.
 * @param globbed the files that the glob takes
 */
export function unusedExports(sources: Sources, globbed: Iterable<string>, only: string): string[] {
  const taken = new Set([...sources].flatMap(([file, source]) => namesTaken(file, source)));
  return [...globbed].flatMap((file) => {
    if (taken.has(`${file} *`)) return [];
    const { module } = parseSync(file, sources.get(file)!);
    const names = module.staticExports.flatMap(({ entries }) => entries.map(({ exportName }) => exportName.name!));
    return names.filter((name) => name !== only && !taken.has(`${file} ${name}`)).map((name) => `${file} ${name}`);
  });
}
