import { asFloat32 } from '../io/safetensors.js';
import { loadSafetensors, SafetensorsFile } from '../io/safetensors.node.js';
import { DATA_PREFIX } from '../models/load-weights.node.js';
import { FileError } from '../runtime/errors.js';
import { type CheckpointInfo, checkpointInfo, type HostTensor } from '../train/checkpoint.js';

/** Format of what `sppgpu export` writes: weights without prefix, and a description as a checkpoint has it. */
const EXPORT_FORMAT = 'sppgpu-weights-1';

/** What a checkpoint, or the export of one, says of its network. */
export type ModelDescription = Pick<CheckpointInfo, 'model' | 'classes' | 'labels' | 'run'>;

/** What a file of weights says of its network, from its header alone; null for weights of other programs. Throws FileError. */
export async function describeModel(path: string): Promise<ModelDescription | null> {
  const file = await SafetensorsFile.open(path);
  await file.close();
  const { metadata } = file.header;
  if (metadata.format === EXPORT_FORMAT) return exportDescription(metadata, path);
  return metadata.sppgpu === undefined ? null : checkpointInfo(metadata, path);
}

/** What a checkpoint says of itself, from its header alone. Throws FileError. */
export async function readCheckpointInfo(path: string): Promise<CheckpointInfo> {
  const file = await SafetensorsFile.open(path);
  await file.close();
  return checkpointInfo(file.header.metadata, path);
}

/** The tensors of a file that are no weights, by name. Throws FileError. */
export async function readDataTensors(path: string): Promise<Map<string, HostTensor>> {
  const { tensors } = await loadSafetensors(path, (name) => name.startsWith(DATA_PREFIX));
  const data = new Map<string, HostTensor>();
  for (const [name, stored] of tensors) {
    data.set(name.slice(DATA_PREFIX.length), { shape: stored.shape, data: asFloat32(stored, name, path) });
  }
  return data;
}

/** The metadata of an export. Of the run it keeps what a use of the weights needs: no paths, no history. */
export function exportMetadata({ model, classes, labels = 'single', run }: ModelDescription): Record<string, string> {
  const { seed, valShare } = (run.arguments ?? {}) as Record<string, unknown>;
  const kept = { preparation: run.preparation, data: run.data, arguments: { seed, valShare } };
  return { format: EXPORT_FORMAT, sppgpu: JSON.stringify({ model, classes, labels, run: kept }) };
}

function exportDescription({ sppgpu }: Readonly<Record<string, string>>, path: string): ModelDescription {
  try {
    const found = JSON.parse(sppgpu ?? '') as ModelDescription;
    if (!found.model?.name || !Array.isArray(found.classes) || !found.run) throw new Error('fields are missing');
    return found;
  } catch {
    throw new FileError(path, 'its description is damaged', 'export the checkpoint again');
  }
}
