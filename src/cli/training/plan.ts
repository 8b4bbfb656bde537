import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { labelKind } from '../../data/dataset.js';
import type { DatasetSplits } from '../../data/open-dataset.node.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import type { Architecture, ImportedNetwork } from '../../models/architecture.js';
import type { CheckpointInfo } from '../../models/checkpoint-info.js';
import { IMPORTED } from '../../models/imported.js';
import { FileError } from '../../runtime/errors.js';
import { checkFineTuning } from '../../train/check-fine-tuning.js';
import { type DataFingerprint, fingerprintOf } from '../../train/data-fingerprint.js';
import { type Recipe, recipeSizes } from '../../train/recipe.js';
import { checkSameData } from '../../train/resume-rules.js';
import { trainingTask } from '../../train/task.js';
import { picturesOf } from '../../train/trainable.js';
import { keepOffData } from '../data-output.js';
import { asUsage, UsageError } from '../errors.js';
import { CHECKPOINT_NAME, describeModel, modelFile, readCheckpointInfo } from '../model-file.js';
import { openTrainingData, trainingArchitecture } from './data.js';
import type { TrainOptions } from './options.js';
import { checkReplicas } from './replica-options.js';
import { absoluteData, resumedOptions } from './resume.js';

/** What is to be done: a fresh run, or one that goes on from its checkpoint. */
interface Run {
  readonly options: TrainOptions;
  readonly checkpoint: string;
  readonly resumed: { readonly info: CheckpointInfo; readonly checkpoint: string } | null;
  /** The rate that was typed for a run that goes on. */
  readonly newRate?: number;
}

/** A run with all that can be known, and found wrong, before a device is opened. */
export interface TrainingPlan extends Run {
  readonly splits: DatasetSplits;
  readonly architecture: Architecture;
  readonly fingerprint: DataFingerprint;
  /** The file of weights to start from, if any. */
  readonly startWeights: string | null;
}

/** The run that the command line asks for. @throws FileError where `--out` holds another */
export async function runOf(command: Command): Promise<Run> {
  const options = command.opts<TrainOptions>();
  const checkpoint = join(resolve(options.out), CHECKPOINT_NAME);
  if (options.resume && existsSync(checkpoint)) {
    const info = await readCheckpointInfo(checkpoint);
    const newRate = command.getOptionValueSource('lr') === 'cli' ? { newRate: options.lr } : {};
    const resumed = { info, checkpoint };
    return { options: resumedOptions(command, info, checkpoint), checkpoint, resumed, ...newRate };
  }
  if (existsSync(checkpoint) && !options.overwrite) {
    const wayOut = 'add --resume to continue it or --overwrite to replace it, or choose another --out';
    throw new FileError(checkpoint, 'holds an earlier run', wayOut);
  }
  const { data } = options;
  return {
    options: data === undefined ? options : { ...options, data: absoluteData(data) },
    checkpoint,
    resumed: null,
  };
}

/** @throws UsageError for options that cannot be, FileError for data or weights that cannot be read */
export async function planTraining(run: Run): Promise<TrainingPlan> {
  const { options, resumed, checkpoint } = run;
  if (options.freeze && options.weights === undefined) {
    throw new UsageError('train: --freeze keeps weights that were learned before; name them with --weights PATH');
  }
  if (options.oneCycle !== undefined && options.lr === 0) {
    throw new UsageError('train: --one-cycle rises to --lr, which is 0; give a rate above 0');
  }
  checkReplicas(options);
  const { out, data, format } = options;
  if (data !== undefined) await keepOffData(out, data, format);
  const splits = await openTrainingData(options);
  const fingerprint = await fingerprintOf(splits);
  if (resumed) checkSameData(resumed.info, fingerprint, checkpoint);
  const imported = await importedNetwork(run);
  const architecture = asUsage(() => trainingArchitecture(options, splits, imported));
  asUsage(() => {
    recipeSizes(options, architecture);
    checkFineTuning(options, architecture);
    trainingTask(labelKind(splits.train), options.labelSmoothing);
  });
  const startWeights = resumed ? null : await startFile(options, checkpoint);
  return { ...run, splits, fingerprint, architecture, startWeights };
}

/** The recipe of a run, for its pictures. */
export function trainingRecipe({ options, splits: { format } }: TrainingPlan): Recipe {
  return { ...options, flip: options.flip && picturesOf(format).mirrors };
}

/** What a run with `--model imported` trains: the network of its weights' file. */
async function importedNetwork({ options, resumed }: Run): Promise<ImportedNetwork | undefined> {
  if (options.model !== IMPORTED) return undefined;
  if (resumed) return resumed.info.model.options.imported;
  if (options.weights === undefined) {
    throw new UsageError('train: --model imported is the network of a file; name it with --weights PATH');
  }
  const description = await describeModel(await modelFile(options.weights));
  if (description?.model.name === IMPORTED) return description.model.options.imported;
  throw new FileError(options.weights, 'holds no imported network', 'name the network that it is of with --model');
}

async function startFile({ weights, overwrite }: TrainOptions, checkpoint: string): Promise<string | null> {
  if (weights === undefined) return null;
  const file = await modelFile(weights);
  if (overwrite && resolve(file) === checkpoint) {
    throw new UsageError(`train: --overwrite would remove ${file}, which the run starts from; choose another --out`);
  }
  // A damaged file is found here, not when all pictures have been measured.
  await describeModel(file);
  return file;
}

/** Removes what an earlier run left in its folder. */
export async function removeRun(out: string): Promise<void> {
  for (const name of [CHECKPOINT_NAME, 'log.jsonl', 'tensorboard', 'report.html']) {
    const path = join(out, name);
    await withFileErrors(path, () => rm(path, { recursive: true, force: true }));
  }
}
