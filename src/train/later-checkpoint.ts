/** Checkpoints as the package exports them: functions of `checkpoint.ts`, which is loaded with the first call. */
import type { CheckpointInfo } from '../models/checkpoint-info.js';
import type { StreamPosition } from '../tensor/generator.js';
import type { Checkpoint, RunParts } from './checkpoint.js';

/**
 * Reads a run's weights and optimizer state back from the device.
 * @throws SppgpuError if one of them is not finite: a diverged run cannot go on, and must not replace one that can
 */
export async function captureCheckpoint(
  parts: RunParts,
  about: Pick<CheckpointInfo, 'classes' | 'labels' | 'position' | 'run'>,
): Promise<Checkpoint> {
  const later = await import('./later.js');
  return later.captureCheckpoint(parts, about);
}

/**
 * Puts everything back: the run continues as if it had never stopped.
 * @param file names the checkpoint in errors
 * @param generator place in the stream of dropout, where it is another than the checkpoint's
 * @throws FileError where the checkpoint is damaged or of another network, optimizer or seed; the parts are no longer of use
 */
export async function restoreCheckpoint(
  parts: RunParts,
  checkpoint: Checkpoint,
  file: string,
  generator?: StreamPosition,
): Promise<CheckpointInfo> {
  const later = await import('./later.js');
  return later.restoreCheckpoint(parts, checkpoint, file, generator);
}

/** The bytes of a checkpoint's file, for a download or a store; `saveCheckpoint` writes the same to a disk. */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array> {
  const later = await import('./later.js');
  return later.encodeCheckpoint(checkpoint);
}

/**
 * A checkpoint from the bytes of its file, for `restoreCheckpoint`.
 * @param file names it in errors
 * @throws FileError if it is damaged, or one of its numbers is not finite
 */
export async function decodeCheckpoint(bytes: Uint8Array | ArrayBuffer, file = 'checkpoint'): Promise<Checkpoint> {
  const later = await import('./later.js');
  return later.decodeCheckpoint(bytes, file);
}
