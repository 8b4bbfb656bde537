import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { finiteFloat32 } from '../io/safetensors.js';
import { loadSafetensors, SafetensorsFile } from '../io/safetensors.node.js';
import { CHECKPOINT_PREFIX, DATA_PREFIX } from '../models/load-weights.node.js';
import { FileError } from '../runtime/errors.js';
import type { HostTensor } from '../train/checkpoint.js';
import {
  type CheckpointInfo,
  checkpointArchitecture,
  checkpointInfo,
  type ModelDescription,
  modelDescription,
} from '../train/checkpoint-info.js';

export type { ModelDescription };

/** Format of what `sppgpu export` writes: weights without prefix, and a description as a checkpoint has it. */
const EXPORT_FORMAT = 'sppgpu-weights-1';

/** Name of the checkpoint in the folder that `sppgpu train --out` took. */
export const CHECKPOINT_NAME = 'model.safetensors';

/**
 * The file of a model that was given as a file, or as the folder of a training run.
 * @throws FileError for a folder without a checkpoint
 */
export async function modelFile(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isDirectory()) return path;
  const file = join(path, CHECKPOINT_NAME);
  if (existsSync(file)) return file;
  const names = await withFileErrors(path, () => readdir(path));
  const others = names.filter((name) => name.endsWith('.safetensors')).sort();
  const wayOut =
    others.length === 0
      ? 'give the folder that `sppgpu train --out` wrote, or a file'
      : `give one of its files: ${others.slice(0, 4).join(', ')}${others.length > 4 ? ', ...' : ''}`;
  throw new FileError(path, `is a folder without ${CHECKPOINT_NAME}`, wayOut);
}

/**
 * What a file of weights says of its network, from its header alone; null for weights of other programs.
 * @throws FileError for a description that is damaged, or that the tensors of the file do not bear out
 */
export async function describeModel(path: string): Promise<ModelDescription | null> {
  const file = await SafetensorsFile.open(path);
  await file.close();
  const { metadata, entries } = file.header;
  const isExport = metadata.format === EXPORT_FORMAT;
  if (!isExport && metadata.sppgpu === undefined) return null;
  const description = isExport ? modelDescription(metadata.sppgpu ?? '', path) : checkpointInfo(metadata, path);
  const prefix = isExport ? '' : CHECKPOINT_PREFIX;
  const weights = [...entries].filter(([name]) => name.startsWith(prefix) && !name.startsWith(DATA_PREFIX));
  checkpointArchitecture(
    description,
    new Map(weights.map(([name, { shape }]) => [name.slice(prefix.length), { shape }])),
    path,
  );
  return description;
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
    data.set(name.slice(DATA_PREFIX.length), { shape: stored.shape, data: finiteFloat32(stored, name, path) });
  }
  return data;
}

/** The metadata of an export. Of the run it keeps what a use of the weights needs: no paths, no history. */
export function exportMetadata({ model, classes, labels = 'single', run }: ModelDescription): Record<string, string> {
  const { seed, valShare } = (run.arguments ?? {}) as Record<string, unknown>;
  const kept = { preparation: run.preparation, data: run.data, arguments: { seed, valShare } };
  return { format: EXPORT_FORMAT, sppgpu: JSON.stringify({ model, classes, labels, run: kept }) };
}
