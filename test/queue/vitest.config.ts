import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sourcePlugins } from '../../tools/plugins.js';

/** `test/queue/with-postgres.sh npx vitest run --config test/queue/vitest.config.ts`: the queue on a server. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: sourcePlugins(),
  test: { include: ['test/queue/**/*.e2e.ts'], testTimeout: 120_000, hookTimeout: 120_000, pool: 'forks' },
});
