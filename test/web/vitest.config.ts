import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sourcePlugins } from '../../tools/plugins.js';

/** The documentation's site is tested where it is built (`npm run docs:build`). */
const docs = existsSync(new URL('../../dist/docs/index.html', import.meta.url)) ? [] : ['**/docs.e2e.ts'];

/** `npm run test:web`: the web application in the headless Chromium, one page after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: sourcePlugins(),
  test: {
    include: ['test/web/**/*.e2e.ts'],
    exclude: docs,
    globalSetup: fileURLToPath(new URL('setup.ts', import.meta.url)),
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    fileParallelism: false,
    isolate: false, // one process, one device of Node, for all files
    server: { deps: { inline: [/\.wasm\?base64$/] } },
    pool: 'forks',
    // Worker threads, which look for windows, run from the sources.
    execArgv: ['--import', new URL('../setup/typescript-hooks.mjs', import.meta.url).href],
  },
});
