/** sppgpu in Node: everything of the shared face, with a device through Dawn, and files. */
export * from './index.js';
export { type ImageBatch, ImageLoader, type LoaderOptions } from './data/loader.js';
export { loadSafetensors, saveSafetensors } from './io/safetensors.node.js';
export { createDevice } from './runtime/create-device.node.js';
export { loadCheckpoint, saveCheckpoint } from './train/checkpoint.node.js';
export { loadNetwork, runSession, type SessionOptions, type SessionResult } from './train/session.node.js';
export { Trainer, type TrainerOptions } from './train/trainer.js';
