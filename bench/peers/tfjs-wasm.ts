/** TensorFlow.js with its WASM backend: the cases and ways of `tfjs.ts`; several gradients have no kernel there. */
export { kinds, problems, setupWasm as setup } from './tfjs.js';
export const library = 'tfjs 4.22 (WASM)';
