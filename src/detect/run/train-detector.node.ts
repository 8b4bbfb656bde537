import type { ImageDataset } from '../../data/dataset.js';
import { holdOut } from '../../data/subset.js';
import { isBelow } from '../../io/is-below.node.js';
import type { Network } from '../../models/network.js';
import type { PrepareOptions } from '../../ops/prepare-pictures.js';
import type { Picture } from '../../picture/picture.js';
import { FileError, SppgpuError } from '../../runtime/errors.js';
import type { Generator } from '../../tensor/generator.js';
import type { BoxRegression } from '../box-regression.js';
import { TARGETS } from '../box-targets.js';
import { type Boxes, boxCount } from '../boxes.js';
import { Detector } from '../detector.js';
import { MapCache } from '../features/map-cache.node.js';
import { POOLED, RegionNetwork } from '../features/region-network.js';
import { SppWindows } from '../features/spp-windows.js';
import { WarpedWindows } from '../features/warped-windows.js';
import type { WindowSource } from '../features/window-source.js';
import { saveDetector } from '../open-detector.node.js';
import type { TrainingPicture, TrainingSet } from '../training/examples.js';
import { FEATURE_NORM, type MeanNorms, meanNorms } from '../training/feature-norm.js';
import { trainRegression } from '../training/train-regression.js';
import { LEFT_OUT } from './left-out.js';
import { mappedSets } from './mapped-sets.js';
import { ProposalStore } from './proposal-store.node.js';
import type { RunFolder } from './run-folder.node.js';
import type { DetectorRecipe, RunEvents } from './settings.js';
import { storedSet } from './stored-set.node.js';
import { svmStage } from './svm-stage.node.js';
import { tuningStage } from './tuning-stage.node.js';

/** What a detector is trained with. */
export interface DetectorTraining {
  readonly folder: RunFolder;
  readonly recipe: DetectorRecipe;
  /** With a pyramid, and as many outputs as classes and a background where its head is to be tuned. */
  readonly network: Network;
  /** What the network's dropout draws from. */
  readonly generator: Generator;
  readonly preparation: PrepareOptions;
  /** Whether the first layer behind the pyramid has weights that nothing has trained yet. */
  readonly freshHead: boolean;
  /** Of the pyramid, where the net's own head has none. */
  readonly levels?: readonly number[];
  readonly data: ImageDataset;
  /** Judges the tuned head; without it a fifth of the pictures. */
  readonly val: ImageDataset | null;
  /** Windows of a picture; an error concerns this picture alone. */
  readonly propose: (file: string, picture: Picture) => Promise<Boxes>;
  /** Pictures whose windows are looked for at once. */
  readonly proposing: number;
  readonly maps: { readonly maxBytes: number; readonly dtype: 'F32' | 'F16'; readonly keep: boolean };
  readonly signal: AbortSignal;
  /** Seconds between saves of a stage that is under way. */
  readonly saveEvery?: number;
}

/** Share of the pictures that judge the tuned head where no list does. */
const HELD_OUT = 0.2;

/**
 * All stages of the training of a detector, each from where an earlier run stopped: windows, maps, tuning of the head, lengths
 * of features, classifiers, regression, export. The same recipe and data end in the same files, however often it was stopped.
 * @throws FileError for a folder that cannot be written; the reason of `signal` after it has saved
 */
export async function trainDetector(training: DetectorTraining, events: RunEvents = {}): Promise<void> {
  const { folder, recipe, network, preparation, levels, signal, saveEvery = 60 } = training;
  const found = await proposalStage(training, events);
  const pooled = new RegionNetwork(network, POOLED, preparation, levels);
  const cache = await MapCache.open(pooled, { folder: folder.maps, ...pick(training.maps) });
  const maker = cache.maker();
  const windowsOf = (region: RegionNetwork): WindowSource =>
    recipe.rcnn ? new WarpedWindows(region) : new SppWindows(region, recipe.windows, maker);
  const source = windowsOf(pooled);
  const sets = recipe.rcnn ? found : withMaps(found, mapsOf(recipe, source, events));
  if (!recipe.rcnn) await mapStage(training, sets.all, events);
  if (recipe.tuning) {
    const inputScale = async (): Promise<number> => {
      if (!training.freshHead) return 1;
      const few = { pictures: 20, windows: 50, seed: recipe.seed, signal };
      return FEATURE_NORM / (await meanNorms(source, sets.train, few)).pooled;
    };
    const parts = { network, generator: training.generator, source, train: sets.train, val: sets.val, inputScale };
    await tuningStage(folder, parts, recipe, events, signal, saveEvery);
  }
  const region = new RegionNetwork(network, recipe.layer, preparation, levels);
  const windows = windowsOf(region);
  const norms = await normStage(training, windows, sets.all, events);
  const scale = FEATURE_NORM / norms.features;
  const svms = await svmStage(folder, windows, sets.all, scale, recipe, events, signal, saveEvery);
  const regression = recipe.regression && (await regressionStage(training, windows, sets.all, norms, events));
  const known = folder.has('detector.safetensors');
  events.onStage?.('export', known);
  if (!known) {
    const { proposals } = recipe;
    const classes = training.data.classes;
    const { model: svm, ...about } = svms;
    const parts = { classes, svm, ...about, featureScale: scale, regression: regression || null, proposals };
    const detector = new Detector(windows, parts);
    await saveDetector(folder.detector, detector, { pictures: training.data.length, data: training.data.name, recipe });
    detector.dispose();
  }
  if (cache.problem) events.onNote?.(`maps were not kept any further: ${cache.problem.message}`);
  if (!training.maps.keep) await folder.remove('maps');
}

const pick = ({ maxBytes, dtype }: DetectorTraining['maps']) => ({ maxBytes, dtype });

interface Sets {
  /** All pictures for training. */
  readonly all: TrainingSet;
  /** Those that train the head, and those that judge it. */
  readonly train: TrainingSet;
  readonly val: TrainingSet;
}

/** The sets without the pictures whose maps cannot be made. */
const withMaps = ({ all, train, val }: Sets, mapped: (set: TrainingSet) => TrainingSet): Sets => ({
  all: mapped(all),
  train: mapped(train),
  val: mapped(val),
});

/** The pictures whose windows a run needs: those that train, and those that judge a head that is tuned. */
export function windowParts({
  folder,
  data,
  val,
  recipe,
}: Pick<DetectorTraining, 'folder' | 'data' | 'val' | 'recipe'>): Part[] {
  const train = { dataset: data, store: new ProposalStore(folder.proposals('train')) };
  if (!val || !recipe.tuning) return [train];
  return [train, { dataset: val, store: new ProposalStore(folder.proposals('val')) }];
}

/** Windows of every picture, stored one by one. */
async function proposalStage(training: DetectorTraining, events: RunEvents): Promise<Sets> {
  const { data, val, recipe } = training;
  const tell = (line: string): void => events.onNote?.(line);
  const parts = windowParts(training);
  const { store } = parts[0]!;
  const known = parts.every((part) => missing(part).length === 0);
  events.onStage?.('proposals', known);
  if (!known) for (const part of parts) await proposeMissing(training, part, events);
  const all = storedSet(data, store, tell);
  if (val) return { all, train: all, val: storedSet(val, new ProposalStore(training.folder.proposals('val')), tell) };
  const [train, held] = halves(data, recipe.seed);
  return { all, train: storedSet(data, store, tell, train), val: storedSet(data, store, tell, held) };
}

/** Places of the pictures that train the head, and of those held out. */
function halves(data: ImageDataset, seed: number): [number[], number[]] {
  const places = new Map(Array.from({ length: data.length }, (_, i) => [data.entry(i).id, i]));
  const { train, test } = holdOut(data, { share: HELD_OUT, seed });
  const of = (part: ImageDataset): number[] =>
    Array.from({ length: part.length }, (_, i) => places.get(part.entry(i).id)!);
  return [of(train), of(test)];
}

export interface Part {
  readonly dataset: ImageDataset;
  readonly store: ProposalStore;
}

function missing({ dataset, store }: Part, { from, to } = { from: 0, to: dataset.length }): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i).filter((index) => !store.has(index));
}

export async function proposeMissing(
  training: DetectorTraining,
  part: Part,
  { onProgress, onNote }: RunEvents,
  range = { from: 0, to: part.dataset.length },
): Promise<void> {
  const { dataset, store } = part;
  const wanted = missing(part, range);
  const all = range.to - range.from;
  let done = all - wanted.length;
  const work = async (index: number): Promise<void> => {
    const { id, path = '' } = dataset.entry(index);
    try {
      const { image } = await dataset.item(index);
      const boxes = await training.propose(path || id, image);
      if (boxCount(boxes) === 0) onNote?.(`${path || id}: no windows were found in it; it adds its objects only`);
      await store.write(index, id, boxes);
    } catch (error) {
      if (!(error instanceof SppgpuError) || isOurs(error, training)) throw error;
      onNote?.(`${error.message}${LEFT_OUT}`);
    }
    onProgress?.('proposals', ++done, all, '');
  };
  for (let from = 0; from < wanted.length; from += training.proposing) {
    training.signal.throwIfAborted();
    const results = await Promise.allSettled(wanted.slice(from, from + training.proposing).map(work));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

/** Whether an error is about the run's own folder, where nothing can go on, and not about a picture. */
function isOurs(error: SppgpuError, { folder }: DetectorTraining): boolean {
  return error instanceof FileError && isBelow(error.path, folder.path);
}

/** The convolutions of every picture, kept, so that no later stage waits for them. */
async function mapStage(training: DetectorTraining, set: TrainingSet, events: RunEvents): Promise<void> {
  const { folder } = training;
  const known = folder.has('maps.json') || folder.has('svm.safetensors');
  events.onStage?.('maps', known);
  if (known) return;
  await keepMaps(training, set, events);
  await folder.writeJson('maps.json', mapsDone(set.length));
}

/** What a run notes when all its maps are made. */
export const mapsDone = (pictures: number): object => ({ pictures });

/** Makes sets whose pictures have their maps made, or found, when they are first asked for. */
export function mapsOf(
  { windows }: DetectorRecipe,
  source: WindowSource,
  { onNote }: RunEvents,
): (set: TrainingSet) => TrainingSet {
  const make = async ({ picture, proposals }: TrainingPicture): Promise<void> => {
    if (boxCount(proposals) === 0) return;
    const one = proposals.subarray(0, 4);
    for (const scale of windows.scales.keys()) {
      for await (const { vectors } of source.pooled(picture, one, { scales: [scale] })) vectors.dispose();
    }
  };
  return mappedSets(make, (line) => onNote?.(line));
}

/** Asks for every picture of a set of `mapsOf`. */
export async function keepMaps(
  { signal }: Pick<DetectorTraining, 'signal'>,
  set: TrainingSet,
  events: RunEvents,
): Promise<void> {
  for (let index = 0; index < set.length; index++) {
    signal.throwIfAborted();
    await set.at(index);
    events.onProgress?.('maps', index + 1, set.length, '');
  }
}

async function normStage(
  { folder, recipe, signal }: DetectorTraining,
  source: WindowSource,
  set: TrainingSet,
  events: RunEvents,
): Promise<MeanNorms> {
  const known = await folder.readJson<MeanNorms>('norm.json');
  events.onStage?.('norm', known !== null);
  if (known) return known;
  const onProgress = (done: number, of: number): void => events.onProgress?.('norm', done, of, '');
  const norms = await meanNorms(source, set, { seed: recipe.seed, signal, onProgress });
  await folder.writeJson('norm.json', norms);
  return norms;
}

async function regressionStage(
  { folder, recipe, signal }: DetectorTraining,
  source: WindowSource,
  set: TrainingSet,
  norms: MeanNorms,
  events: RunEvents,
): Promise<BoxRegression> {
  const known = await folder.readTensors('regression.safetensors');
  events.onStage?.('regression', known !== null);
  if (known) {
    const [weights, bias] = [known.tensors.get('weights')!, known.tensors.get('bias')!];
    const [rows, dimension] = weights.shape as [number, number];
    const data = { weights: weights.data as Float32Array<ArrayBuffer>, bias: bias.data as Float32Array<ArrayBuffer> };
    return { classes: rows / TARGETS, dimension, ...data };
  }
  const { model, examples } = await trainRegression(source, set, FEATURE_NORM / norms.pooled, {
    ...recipe.regression!,
    seed: recipe.seed,
    signal,
    onProgress: (done, of) => events.onProgress?.('regression', done, of, ''),
  });
  const { classes, dimension, weights, bias } = model;
  await folder.writeJson('regression.json', {
    examples: Object.fromEntries(set.classes.map((name, i) => [name, examples[i]])),
  });
  await folder.writeTensors(
    'regression.safetensors',
    [
      ['weights', { shape: [classes * TARGETS, dimension], data: weights }],
      ['bias', { shape: [classes * TARGETS], data: bias }],
    ],
    {},
  );
  return model;
}
