import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { sourcePlugins } from './tools/plugins.js';
import { digits } from './tools/web/digits.js';
import { offline } from './tools/web/offline.js';

/** A slow machine is not a fault of the sources. */
const checks = { bundlerTimings: false };

const plugins = () => [...sourcePlugins(), digits()];

/** The web application: a static site that works from any path, and loads nothing from another host. */
export default defineConfig({
  root: fileURLToPath(new URL('src/web', import.meta.url)),
  base: './',
  plugins: [...plugins(), offline()],
  worker: { format: 'es', plugins, rolldownOptions: { checks } },
  server: { fs: { allow: [fileURLToPath(new URL('.', import.meta.url))] } },
  build: {
    target: 'es2022',
    outDir: fileURLToPath(new URL('dist/web', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: { checks },
  },
});
