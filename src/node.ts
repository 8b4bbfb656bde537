/** sppgpu in Node: everything of the shared face, with a device through Dawn, and files. */

export * from './data/index.node.js';
export { loadEdgeNet } from './detect/edges/edge-file.node.js';
export { openDetector, saveDetector } from './detect/open-detector.node.js';
export { type BoxFile, loadBoxFile } from './detect/proposals/box-files.node.js';
export * from './detect/proposals/index.js';
export {
  openProposalSource,
  type ProposalSource,
  type ProposalSourceOptions,
} from './detect/proposals/proposal-source.node.js';
export * from './index.js';
export { type FileContent, writeFileAtomic } from './io/atomic.node.js';
export { JsonlLog, readJsonl } from './io/jsonl.node.js';
export {
  loadSafetensors,
  type NamedSources,
  SafetensorsFile,
  type SafetensorsSource,
  saveSafetensors,
  type TensorSource,
} from './io/safetensors.node.js';
export type { SafetensorsEntry, SafetensorsHeader } from './io/safetensors-header.js';
export type { ScalarEvent } from './io/tfevents.js';
export { readTfEvents, TfEventsWriter } from './io/tfevents.node.js';
export { loadWeights } from './models/load-weights.node.js';
export { openModel } from './models/open-model.node.js';
export { opTable } from './ops/table.js';
export { createDevice } from './runtime/create-device.node.js';
export { loadTuning } from './runtime/tuning-file.node.js';
export { loadCheckpoint, saveCheckpoint } from './train/checkpoint.node.js';
export { runSession, type SessionOptions } from './train/session.node.js';
