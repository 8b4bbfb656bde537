import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';

type ModuleOf = (id: string) => Pick<Rolldown.ModuleInfo, 'importedIds' | 'dynamicallyImportedIds'> | null;

const pathOf = (source: string): string => fileURLToPath(new URL(`../${source}`, import.meta.url));

/** All modules that entries import, and those import, statically. */
function behind(entries: readonly string[], moduleOf: ModuleOf): Set<string> {
  const found = new Set(entries.map(pathOf));
  for (const id of found) for (const next of moduleOf(id)?.importedIds ?? []) found.add(next);
  return found;
}

/** Those of some modules that load others later, and those that import them; what the engine itself loads later is not counted. */
function doors(modules: ReadonlySet<string>, moduleOf: ModuleOf): Set<string> {
  const isDoor = (id: string) =>
    !/\/src\/(?:runtime|tensor)\//.test(id) && (moduleOf(id)?.dynamicallyImportedIds.length ?? 0) > 0;
  const found = new Set([...modules].filter(isDoor));
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const id of modules) if (moduleOf(id)?.importedIds.some((next) => found.has(next))) found.add(id);
  }
  return found;
}

/**
 * Groups of modules, each a chunk: `base`, what entries that are `light` share with those that are `whole`, and `core`, the rest of what
 * the `whole` ones load at once. Of two such files a page's bundler takes what the page uses, statement by statement. In many files
 * it would be cut again in the page, along what each part shares with what is loaded later, and names of shared things would weigh
 * as much as the parts. What loads more later stays in files of its own, since bundlers that take a file take all that it may load; so
 * does what is `apart`, which only parts that are loaded later need whole.
 */
export function coreChunks(entries: {
  readonly whole: readonly string[];
  readonly light: readonly string[];
  readonly apart: readonly string[];
}) {
  let base: Set<string>;
  let core: Set<string> | undefined;
  const group = (name: 'base' | 'core') => (id: string, context: { getModuleInfo: ModuleOf }) => {
    if (!core) {
      const moduleOf: ModuleOf = (each) => context.getModuleInfo(each);
      core = behind(entries.whole, moduleOf);
      for (const each of doors(core, moduleOf)) core.delete(each);
      for (const each of entries.apart) core.delete(pathOf(each));
      const light = behind(entries.light, moduleOf);
      base = new Set([...core].filter((each) => light.has(each)));
    }
    return (name === 'base' ? base : core).has(id) ? name : null;
  };
  return [{ name: group('base') }, { name: group('core') }];
}
