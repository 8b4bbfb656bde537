import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { type ShaderOptions, shaders } from './shaders/plugin.js';

/** `import base64 from 'package/file.wasm?base64'`: WebAssembly inside the library, so that nobody has to find its file. */
const base64Wasm: Plugin = {
  name: 'base64-wasm',
  enforce: 'pre',
  load(id) {
    const [file, query] = id.split('?') as [string, string?];
    if (query !== 'base64' || !file.endsWith('.wasm')) return undefined;
    return `export default '${readFileSync(file, 'base64')}'`;
  },
};

/** What Vite needs to read the sources: for the build, the tests, and benchmarks that run from them. */
export const sourcePlugins = (options: ShaderOptions = {}): Plugin[] => [shaders(options), base64Wasm];
