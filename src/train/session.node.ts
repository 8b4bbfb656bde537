import { existsSync } from 'node:fs';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.node.js';
import type { SingleLabelScores } from './objective.js';
import { RunLog } from './run-log.node.js';
import type { RunStore } from './run-store.js';
import { runSessionIn } from './session.js';
import type { SessionResult, SessionSettings } from './session-settings.js';

/** A run that is kept in files. */
export interface SessionOptions<Scores extends object = SingleLabelScores> extends SessionSettings<Scores> {
  /** Where checkpoints go. */
  readonly checkpoint: string;
  /** A JSONL log with a line per epoch. It follows the history of the run: lines that it lacks are written again. */
  readonly log?: string;
}

/** Files: a checkpoint as safetensors, and perhaps a log as JSONL. */
export function fileStore(checkpoint: string, log?: string): RunStore {
  return {
    name: checkpoint,
    load: async () => (existsSync(checkpoint) ? loadCheckpoint(checkpoint) : null),
    save: (state) => saveCheckpoint(checkpoint, state),
    ...(log !== undefined && { openLog: (history) => RunLog.open(log, history) }),
  };
}

/** `runSessionIn` with files. @throws FileError, SppgpuError as that does */
export function runSession<Scores extends object = SingleLabelScores>({
  checkpoint,
  log,
  ...settings
}: SessionOptions<Scores>): Promise<SessionResult<Scores>> {
  return runSessionIn(fileStore(checkpoint, log), settings as SessionSettings<Scores>);
}
