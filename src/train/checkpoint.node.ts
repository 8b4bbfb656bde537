import { loadSafetensors, saveSafetensors } from '../io/safetensors.node.js';
import { type Checkpoint, finiteTensors } from './checkpoint.js';

/** Writes a checkpoint as safetensors, atomically: the file is the old one or the new one, never half of it. */
export async function saveCheckpoint(path: string, { tensors, metadata }: Checkpoint): Promise<void> {
  await saveSafetensors(path, tensors, metadata);
}

/** Reads a checkpoint. @throws FileError if the file is missing or damaged, or one of its numbers is not finite. */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  const { tensors, metadata } = await loadSafetensors(path);
  return { tensors: finiteTensors(tensors, path), metadata };
}
