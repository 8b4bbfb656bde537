import { modelProtocol } from '../../classify/views.js';
import type { ColourPca } from '../../data/colour-pca.js';
import { classCounts, labelKind } from '../../data/dataset.js';
import { type DatasetSplits, openDataset } from '../../data/open-dataset.node.js';
import type { PictureDecoder } from '../../data/picture-decoder.js';
import { type Architecture, sections } from '../../models/architecture.js';
import { checkInput } from '../../models/geometry.js';
import { buildArchitecture } from '../../models/registry.js';
import { traceLayers } from '../../models/trace.js';
import type { PrepareOptions } from '../../ops/prepare-pictures.js';
import { AdamW } from '../../optim/adam.js';
import type { Optimizer, ParameterGroup } from '../../optim/optimizer.js';
import { ConstantLR, MultiStepLR, ReduceLROnPlateau, type Schedule } from '../../optim/schedules.js';
import { SGD } from '../../optim/sgd.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import type { CheckpointInfo, HostTensor } from '../../train/checkpoint.js';
import type { FineTuning } from '../../train/fine-tuning.js';
import { measureInputs } from '../../train/input-statistics.js';
import { parseSizePolicy, type SizePolicy, sizesOf } from '../../train/size-policy.js';
import { architectureName, architectureOptions } from '../architecture-flags.js';
import { reportNotes, sequentialLoader } from '../data-options.js';
import { UsageError } from '../errors.js';
import { readDataTensors } from '../model-file.js';
import { say } from '../output.js';
import { MEAN_IMAGE, type Preparation, restorePreparation, storedPreparation } from '../preparation.js';
import { Progress } from '../progress.js';
import type { TrainOptions } from './options.js';

/** Grey pictures of one object each: mirroring would make other signs of them. */
const GREY_FORMATS = ['digits', 'idx'];

/** Opens the data and checks that every class can be trained; of several classes a picture some may stay without one. */
export async function openTrainingData(options: TrainOptions): Promise<DatasetSplits> {
  const { data, format, seed, valShare } = options;
  if (data === undefined) throw new UsageError('train: no pictures given; pass --data PATH');
  const splits = await openDataset(data, { format, seed, holdout: valShare });
  reportNotes(splits.notes);
  const counts = classCounts(splits.train);
  const empty = counts.indexOf(0);
  if (labelKind(splits.train) === 'multi') {
    const lacking = splits.train.classes.filter((_, c) => counts[c] === 0);
    if (lacking.length > 0) say(`${splits.train.name}: no training picture of ${lacking.join(', ')}`);
  } else if (empty >= 0) {
    throw new SppgpuError(
      `${splits.train.name}: class ${quoted(splits.train.classes[empty])} has no training picture; add some, remove it, or lower --val-share`,
    );
  }
  return splits;
}

/** The architecture that the options describe, for the classes of the data. */
export function trainingArchitecture(options: TrainOptions, { format, train }: DatasetSplits): Architecture {
  const inputChannels = options.channels ?? (GREY_FORMATS.includes(format) ? 1 : 3);
  const architecture = buildArchitecture(architectureName(options.model), {
    ...architectureOptions(options),
    classes: train.classes.length,
    inputChannels,
  });
  if (labelKind(train) === 'multi') checkSignedScores(architecture);
  return architecture;
}

/** A sigmoid says no below 0: a head that ends in a ReLU (SqueezeNet's own) cannot. */
function checkSignedScores({ name, classifier }: Architecture): void {
  const last = classifier.findLast(({ type }) => type !== 'globalAveragePool');
  if (last?.type !== 'relu') return;
  throw new SppgpuError(
    `${name}: its published head has no scores below 0, which pictures of several classes need; give it an SPP head with --pyramid 6,3,2,1`,
  );
}

/** Whether training pictures are mirrored. */
export function mirrors(options: TrainOptions, { format }: DatasetSplits): boolean {
  return options.flip && !GREY_FORMATS.includes(format);
}

/** The sizes to train at, each checked against the network. */
export function trainingSizes(options: TrainOptions, architecture: Architecture): SizePolicy {
  const policy = parseSizePolicy(options.sizes ?? String(architecture.input.size));
  for (const size of sizesOf(policy)) {
    checkInput(architecture, size, size);
    traceLayers(architecture, size, size);
  }
  return policy;
}

/** The rule of the steps: the paper's, or one that needs less tuning on small data. */
export function trainingOptimizer({ optimizer, lr, momentum, weightDecay }: TrainOptions) {
  return (groups: readonly ParameterGroup[]): Optimizer =>
    optimizer === 'adamw' ? new AdamW(groups, { lr, weightDecay }) : new SGD(groups, { lr, momentum, weightDecay });
}

/** What keeps its weights, and how fast the convolutions learn beside the rest. */
export function fineTuning({ freeze, lr, lrFeatures }: TrainOptions): FineTuning {
  const factor = lrFeatures?.endsWith('x') ? Number(lrFeatures.slice(0, -1)) : Number(lrFeatures) / lr;
  return { ...(freeze && { freeze }), ...(lrFeatures !== undefined && { rates: { features: factor } }) };
}

/**
 * How the learning rate falls.
 * @param newRate rate that a resumed run goes on with: the plateau rule would otherwise go on with the one it had reached
 */
export function trainingSchedule(
  { lrSteps, plateau }: TrainOptions,
  newRate?: number,
): (optimizer: Optimizer) => Schedule {
  if (lrSteps) return (optimizer) => new MultiStepLR(optimizer, lrSteps);
  if (plateau === undefined) return (optimizer) => new ConstantLR(optimizer);
  return (optimizer) => {
    const schedule = new ReduceLROnPlateau(optimizer, { patience: plateau });
    if (newRate === undefined) return schedule;
    return {
      step: (metric) => schedule.step(metric),
      stateDict: () => schedule.stateDict(),
      loadStateDict: (state) => schedule.loadStateDict({ ...state, lr: newRate }),
    };
  };
}

/** The preparation of pictures: what the checkpoint remembers, and what makes inputs from it. */
export interface TrainingPreparation {
  readonly stored: Preparation;
  readonly data: ReadonlyMap<string, HostTensor>;
  readonly colour: ColourPca | undefined;
  readonly options: PrepareOptions;
}

/**
 * Measures the training set if colours or a mean picture ask for it.
 * @param resumed the checkpoint of a run that goes on, which holds all of that
 */
export async function trainingPreparation(
  device: Device,
  options: TrainOptions,
  { train }: DatasetSplits,
  architecture: Architecture,
  decoder: PictureDecoder,
  resumed: { readonly info: CheckpointInfo; readonly checkpoint: string } | null,
  signal: AbortSignal,
): Promise<TrainingPreparation> {
  let stored: Preparation;
  let data: ReadonlyMap<string, HostTensor> = new Map();
  if (resumed) {
    stored = storedPreparation(resumed.info.run, resumed.checkpoint);
    data = await readDataTensors(resumed.checkpoint);
  } else {
    const wanted = { colour: options.pca === true, mean: options.mean === 'image' };
    const constant = typeof options.mean === 'number' ? { mean: options.mean } : {};
    if (!wanted.colour && !wanted.mean) {
      stored = constant;
    } else {
      say(
        `measuring ${[wanted.colour && 'colours', wanted.mean && 'the mean picture'].filter(Boolean).join(' and ')} of the training set`,
      );
      const progress = new Progress('measuring:', train.length, 'images');
      const loader = sequentialLoader(train, options, decoder);
      const onProgress = (images: number) => progress.update(images);
      const { colour, mean } = await measureInputs(device, loader, architecture.input, {
        ...wanted,
        onProgress,
        signal,
      });
      progress.stop();
      stored = { ...constant, ...(colour && { colour }) };
      if (mean) data = new Map([[MEAN_IMAGE, mean]]);
    }
  }
  return { stored, data, colour: stored.colour, options: restorePreparation(device, stored, data) };
}

/** The single centre crop that validation looks at. */
export function validationProtocol({ input }: Architecture) {
  return modelProtocol('1', input);
}

/** Layers with weights, for the first line of a run. */
export function describeArchitecture(architecture: Architecture): string {
  const weighted = sections(architecture).flatMap(([, layers]) => layers.filter((layer) => 'fill' in layer));
  return `${architecture.title}, ${weighted.length} layers with weights`;
}
