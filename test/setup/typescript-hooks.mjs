/**
 * Lets worker threads that the code under test starts run from the TypeScript sources: Vitest transforms modules in its own
 * threads only, and imports `.wasm?base64` as vite.config.ts does. Loaded with `--import`, which worker threads inherit; `.js` imports of `.ts` files resolve as in the sources.
 */
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread && !import.meta.url.includes('hooks-thread')) register(`${import.meta.url}?hooks-thread`);

export async function resolve(specifier, context, next) {
  const isRelative = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  return next(isRelative ? specifier.replace(/\.js$/u, '.ts') : specifier, context);
}

export async function load(url, context, next) {
  if (url.endsWith('.wasm?base64')) {
    const source = `export default '${await readFile(fileURLToPath(url), 'base64')}'`;
    return { format: 'module', source, shortCircuit: true };
  }
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { transformWithOxc } = await import('vite');
  const { code } = await transformWithOxc(await readFile(fileURLToPath(url), 'utf8'), fileURLToPath(url), {
    target: 'es2022',
  });
  return { format: 'module', source: code, shortCircuit: true };
}
