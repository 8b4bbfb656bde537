/** jax-js with its WASM backend: the cases and ways of `jax.ts`. */
export { kinds, problems, setupWasm as setup } from './jax.js';
export const library = 'jax-js 0.1.25 (WASM)';
