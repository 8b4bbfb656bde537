import { existsSync } from 'node:fs';
import type { LabelKind } from '../data/dataset.js';
import { Network } from '../models/network.js';
import type { Device } from '../runtime/device.js';
import { Generator } from '../tensor/generator.js';
import { checkpointData, checkpointInfo, checkpointWeights, type HostTensor } from './checkpoint.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.node.js';
import { checkpointArchitecture } from './checkpoint-info.js';
import type { SingleLabelScores } from './objective.js';
import { RunLog } from './run-log.node.js';
import type { RunStore } from './run-store.js';
import { runSessionIn, type SessionResult, type SessionSettings } from './session.js';

/** A run that is kept in files. */
export interface SessionOptions<Scores extends object = SingleLabelScores> extends SessionSettings<Scores> {
  /** Where checkpoints go. */
  readonly checkpoint: string;
  /** A JSONL log with a line per epoch. It follows the history of the run: lines that it lacks are written again. */
  readonly log?: string;
}

/** Files: a checkpoint as safetensors, and perhaps a log as JSONL. */
function fileStore(checkpoint: string, log?: string): RunStore {
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

/** What a checkpoint holds for use. */
export interface LoadedNetwork {
  readonly network: Network;
  readonly classes: readonly string[];
  /** Whether its scores are for one class a picture (softmax) or for each class (sigmoid). */
  readonly labels: LabelKind;
  readonly run: Readonly<Record<string, unknown>>;
  readonly data: ReadonlyMap<string, HostTensor>;
}

/** A trained network from a checkpoint, in evaluation mode. @throws FileError if the file is damaged. */
export async function loadNetwork(device: Device, file: string): Promise<LoadedNetwork> {
  const checkpoint = await loadCheckpoint(file);
  const info = checkpointInfo(checkpoint.metadata, file);
  const { classes, labels = 'single', run } = info;
  const weights = checkpointWeights(checkpoint);
  const architecture = checkpointArchitecture(info, weights, file);
  const network = new Network(architecture, { device, generator: new Generator(0) });
  try {
    network.loadStateDict(weights);
  } catch (error) {
    network.dispose();
    throw error;
  }
  network.eval();
  return { network, classes, labels, run, data: checkpointData(checkpoint) };
}
