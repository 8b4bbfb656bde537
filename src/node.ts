/** sppgpu in Node: everything of the shared face, with a device through Dawn, and files. */

export * from './data/index.node.js';
export * from './index.js';
export { writeFileAtomic } from './io/atomic.node.js';
export { JsonlLog, readJsonl } from './io/jsonl.node.js';
export { loadSafetensors, SafetensorsFile, saveSafetensors } from './io/safetensors.node.js';
export { readTfEvents, TfEventsWriter } from './io/tfevents.node.js';
export { loadWeights } from './models/load-weights.node.js';
export { createDevice } from './runtime/create-device.node.js';
export { loadCheckpoint, saveCheckpoint } from './train/checkpoint.node.js';
export { multiLabel, type Objective, singleLabel } from './train/objective.js';
export { loadNetwork, runSession, type SessionOptions, type SessionResult } from './train/session.node.js';
export { Trainer, type TrainerOptions } from './train/trainer.js';
