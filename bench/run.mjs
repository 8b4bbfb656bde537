/**
 * Runs a TypeScript benchmark from the sources: `node bench/run.mjs bench/claims/frozen.ts ARGUMENTS`.
 * Vite loads it as it loads the tests, shaders included; nothing is built or written.
 */
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [script, ...rest] = process.argv.slice(2);
if (!script) {
  console.error('usage: node bench/run.mjs SCRIPT.ts [ARGUMENTS]');
  process.exit(2);
}
process.argv = [process.argv[0], resolve(script), ...rest];
await runnerImport(resolve(script), { configFile: false, logLevel: 'error' });
