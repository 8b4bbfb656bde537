import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sourcePlugins } from '../../tools/plugins.js';

/** `npm run test:web`: the web application in the headless Chromium, one page after the other. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: sourcePlugins(),
  test: {
    include: ['test/web/**/*.e2e.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    server: { deps: { inline: [/\.wasm\?base64$/] } },
    pool: 'forks',
  },
});
