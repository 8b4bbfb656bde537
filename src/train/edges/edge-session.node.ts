import { fileStore } from '../session.node.js';
import { type EdgeSessionResult, type EdgeSessionSettings, trainEdgesIn } from './edge-session.js';

/** A run that is kept in files: a checkpoint as safetensors, and a log as JSONL. */
export interface EdgeRunFiles {
  readonly checkpoint: string;
  readonly log: string;
}

/** `trainEdgesIn` with files. @throws FileError, SppgpuError as that does */
export function trainEdges(
  { checkpoint, log }: EdgeRunFiles,
  settings: EdgeSessionSettings,
): Promise<EdgeSessionResult> {
  return trainEdgesIn(fileStore(checkpoint, log), settings);
}
