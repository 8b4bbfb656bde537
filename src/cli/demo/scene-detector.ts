import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageItem } from '../../data/dataset.js';
import type { Boxes } from '../../detect/boxes.js';
import { Detector } from '../../detect/detector.js';
import { MapCache } from '../../detect/features/map-cache.node.js';
import { POOLED, RegionNetwork } from '../../detect/features/region-network.js';
import { SppWindows } from '../../detect/features/spp-windows.js';
import { selectiveSearch } from '../../detect/proposals/selective-search/selective-search.js';
import { type TrainingSet, truthOf } from '../../detect/training/examples.js';
import { FEATURE_NORM, meanNorms } from '../../detect/training/feature-norm.js';
import { trainRegression } from '../../detect/training/train-regression.js';
import { trainSvms } from '../../detect/training/train-svms.js';
import type { Network } from '../../models/network.js';
import { buildArchitecture } from '../../models/registry.js';
import type { Picture } from '../../picture/picture.js';
import type { Device } from '../../runtime/device.js';
import { PAPER_RECIPE, type Recipe } from '../../train/recipe.js';
import { recipeLoader, recipeSession } from '../../train/recipe-session.js';
import { runSession } from '../../train/session.node.js';
import { say } from '../output.js';
import { Progress } from '../progress.js';
import { version } from '../version.js';
import { cropView } from './crop-view.js';
import { sceneCrops } from './scene-crops.js';

/** What every stage needs. */
export interface SceneRun {
  readonly device: Device;
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly signal: AbortSignal;
}

/** Side of the net's input, in pixels; windows are looked at about as large. */
const SIZE = 28;
const EPOCHS = 3;
const LEVELS = [1, 2, 4];
/** Shorter sides of a scene: a digit of 18 to 64 pixels is near `SIZE` on one of them. */
const SCALES = [60, 90, 135, 200];
/** How windows are found; digits are as narrow as a few pixels. */
const PROPOSALS = { minSide: 6, maxBoxes: 300 } as const;
/** Every stage looks at the same maps; they take about 300 MiB on the disk while it trains. */
const MAP_BYTES = 2 ** 29;
/** R-CNN's weight: there are fewer windows than the released code's is made for. */
const LAMBDA = 1000;

/** Windows of a scene by Selective Search. */
export function sceneWindows(picture: Picture): Boxes {
  return selectiveSearch(picture, PROPOSALS).boxes;
}

/** A small net that tells cut-out digits, and ground, apart; null where the run was stopped. */
export async function trainCropNet(
  { device, out, seed, resume, signal }: SceneRun,
  scenes: readonly ImageItem[],
  classes: readonly string[],
): Promise<Network | null> {
  const crops = sceneCrops(scenes, classes, seed);
  const shared = { inputChannels: 3 as const, inputSize: SIZE, dropout: 0, pyramid: LEVELS };
  const architecture = buildArchitecture('small', { ...shared, classes: crops.classes.length });
  const recipe: Recipe = {
    ...{ ...PAPER_RECIPE, epochs: EPOCHS, batchSize: 16, seed, flip: false, sizes: String(SIZE) },
    ...{ optimizer: 'adamw', lr: 0.0025, weightDecay: 0.01, cosine: EPOCHS - 0.4 },
  };
  const loader = recipeLoader(recipe, crops);
  const progress = new Progress('crops:', EPOCHS * loader.batches, 'steps');
  const { network, finished } = await runSession({
    ...recipeSession({
      ...{ device, architecture, recipe, loader },
      view: ({ rng, image }, size) => cropView(rng, image.width, image.height, size),
    }),
    checkpoint: join(out, 'crops.safetensors'),
    log: join(out, 'crops.jsonl'),
    resume,
    about: { program: `sppgpu ${version} demo` },
    signal,
    onStep: ({ epoch, step, loss }) => progress.update(epoch * loader.batches + step, `loss ${loss.toFixed(3)}`),
    onEpoch: ({ epoch, loss, top1 = Number.NaN }) =>
      say(`crops: epoch ${epoch + 1}/${EPOCHS}: loss ${loss.toFixed(3)}, training ${(100 * top1).toFixed(1)} %`),
  });
  progress.stop();
  if (finished) return network.eval();
  network.dispose();
  return null;
}

/** The stages of a detector on the pooled maps of the net: classifiers by hard-negative mining, regression of boxes. */
export async function trainSceneDetector(
  { out, seed, signal }: SceneRun,
  network: Network,
  scenes: readonly ImageItem[],
  classes: readonly string[],
): Promise<Detector> {
  const progress = new Progress('detector:', 4 * scenes.length, 'scenes');
  const windows = new Map<number, Boxes>();
  const set: TrainingSet = {
    classes,
    length: scenes.length,
    at: async (index) => {
      const { id, image, objects = [] } = scenes[index]!;
      const proposals = windows.get(index) ?? sceneWindows(image);
      windows.set(index, proposals);
      return { id, picture: image, ...truthOf(objects, image, classes.length), proposals };
    },
  };
  const regions = new RegionNetwork(network, POOLED);
  const folder = join(out, 'maps');
  const maps = await MapCache.open(regions, { folder, maxBytes: MAP_BYTES });
  const source = new SppWindows(regions, { scales: SCALES }, maps.maker());
  const norms = await meanNorms(source, set, { pictures: 20, seed, signal });
  const featureScale = FEATURE_NORM / norms.features;
  const onProgress = (done: number): void => progress.update(done, 'classifiers');
  const { model, classes: mined } = await trainSvms(source, set, featureScale, { seed }, { onProgress, signal });
  const regression = await trainRegression(source, set, FEATURE_NORM / norms.pooled, {
    ...{ lambda: LAMBDA, seed, signal },
    onProgress: (done) => progress.update(2 * scenes.length + done * 2, 'boxes'),
  });
  progress.stop();
  await rm(folder, { recursive: true, force: true });
  const trained = mined.map(({ report }) => report !== null);
  const proposals = { method: 'selective-search', ...PROPOSALS };
  const found = new SppWindows(regions, { scales: SCALES });
  return new Detector(found, { classes, svm: model, trained, featureScale, regression: regression.model, proposals });
}
