/** `node tools/shaders/declare.mjs`: the declarations alone, for `npm run types`. Through Vite, since Node 20 runs no TypeScript. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('declare.ts', import.meta.url)));
module.declareShaders();
