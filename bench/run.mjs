/**
 * Runs a TypeScript benchmark from the sources: `node bench/run.mjs bench/claims/frozen.ts ARGUMENTS`.
 * Vite loads it as it loads the tests, shaders included; no build is needed.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [script, ...rest] = process.argv.slice(2);
if (!script) {
  console.error('usage: node bench/run.mjs SCRIPT.ts [ARGUMENTS]');
  process.exit(2);
}
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
process.argv = [process.argv[0], resolve(script), ...rest];
const { module } = await runnerImport(here('../tools/plugins.ts'), { logLevel: 'error' });
// Node 20 does not know `await using`: what is newer than the library's own target is rewritten.
const oxc = { target: 'es2022' };
await runnerImport(resolve(script), { root: here('..'), logLevel: 'error', oxc, plugins: module.sourcePlugins() });
