import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { SafetensorsFile } from '../io/safetensors.node.js';
import { type CheckpointInfo, checkpointInfo, type ModelDescription } from '../models/checkpoint-info.js';
import type { HostTensor } from '../models/model-format.js';
import { describeFile, readData } from '../models/weights-file.js';
import { openWeightsFile } from '../models/weights-file.node.js';
import { FileError } from '../runtime/errors.js';

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

/** As `describeFile`, of a path. Throws FileError. */
export async function describeModel(path: string): Promise<ModelDescription | null> {
  await using file = await openWeightsFile(path);
  return describeFile(file);
}

/** What a checkpoint says of itself, from its header alone. Throws FileError. */
export async function readCheckpointInfo(path: string): Promise<CheckpointInfo> {
  const file = await SafetensorsFile.open(path);
  await file.close();
  return checkpointInfo(file.header.metadata, path);
}

/** The tensors of a file that are not weights, by name. Throws FileError. */
export async function readDataTensors(path: string): Promise<Map<string, HostTensor>> {
  await using file = await openWeightsFile(path);
  return await readData(file);
}
