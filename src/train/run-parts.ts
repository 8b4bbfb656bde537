import type { LabelKind } from '../data/dataset.js';
import { checkpointInfo } from '../models/checkpoint-info.js';
import { Network } from '../models/network.js';
import { requireWeights } from '../models/stored-network.js';
import { GradScaler } from '../optim/grad-scaler.js';
import { FileError } from '../runtime/errors.js';
import { Generator } from '../tensor/generator.js';
import { type Checkpoint, checkpointWeights, type RunParts } from './checkpoint.js';
import { fineTuningGroups } from './fine-tuning.js';
import type { SessionSettings } from './session-settings.js';

type Ingredients = Pick<
  SessionSettings,
  'device' | 'architecture' | 'optimizer' | 'schedule' | 'freezeStatistics' | 'freeze' | 'rates' | 'data' | 'precision'
>;

/** The parts of a run, fresh. @param seed of weights and dropout */
export function runParts(settings: Ingredients, seed: number): RunParts {
  const { device, architecture, data } = settings;
  const generator = new Generator(seed);
  const network = new Network(architecture, { device, generator });
  const optimizer = settings.optimizer(fineTuningGroups(network.namedParameters(), settings));
  network.freezeStatistics(settings.freezeStatistics ? 'all' : 'untrained');
  return {
    network,
    optimizer,
    schedule: settings.schedule(optimizer),
    generator,
    ...(settings.precision === 'f16' && { scaler: new GradScaler() }),
    ...(data && { data }),
  };
}

/** @throws FileError unless a checkpoint is of a run of this network, these classes and this kind of labels */
export function checkCheckpoint(
  checkpoint: Checkpoint,
  { architecture, classes }: Pick<SessionSettings, 'architecture' | 'classes'>,
  labels: LabelKind,
  file: string,
): void {
  const { model, classes: stored, labels: storedLabels = 'single' } = checkpointInfo(checkpoint.metadata, file);
  if (model.name !== architecture.name || JSON.stringify(model.options) !== JSON.stringify(architecture.options)) {
    throw new FileError(
      file,
      `holds a ${model.name} with other options than this run's ${architecture.name}`,
      'resume with the arguments of the first run, or choose another folder',
    );
  }
  if (JSON.stringify(stored) !== JSON.stringify(classes)) {
    throw new FileError(
      file,
      `was trained on other classes (${list(stored)}) than this data has (${list(classes)})`,
      'give the same data, or choose another folder',
    );
  }
  if (storedLabels !== labels) {
    throw new FileError(
      file,
      `was trained on pictures of ${storedLabels === 'multi' ? 'several classes' : 'one class'} each, this data is of another kind`,
      'give the same data, or choose another folder',
    );
  }
  requireWeights(architecture, checkpointWeights(checkpoint), file);
}

function list(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? `, … ${names.length} in all` : ''}`;
}
