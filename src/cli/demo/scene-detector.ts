import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageItem } from '../../data/dataset.js';
import { cropSession } from '../../demo/crop-net.js';
import { sceneCrops } from '../../demo/scene-crops.js';
import { SCENE_PROPOSALS, SCENE_SCALES, sceneWindows } from '../../demo/scene-windows.js';
import type { Boxes } from '../../detect/boxes.js';
import { Detector } from '../../detect/detector.js';
import { MapCache } from '../../detect/features/map-cache.node.js';
import { POOLED, RegionNetwork } from '../../detect/features/region-network.js';
import { SppWindows } from '../../detect/features/spp-windows.js';
import { type TrainingSet, truthOf } from '../../detect/training/examples.js';
import { trainParts } from '../../detect/training/train-parts.js';
import type { Network } from '../../models/network.js';
import type { Device } from '../../runtime/device.js';
import { runSession } from '../../train/session.node.js';
import { say } from '../output.js';
import { Progress } from '../progress.js';
import { version } from '../version.js';

/** What every stage needs. */
export interface SceneRun {
  readonly device: Device;
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly signal: AbortSignal;
}

/** Every stage looks at the same maps; they take about 300 MiB on the disk while it trains. */
const MAP_BYTES = 2 ** 29;

/** A small net that tells cut-out digits, and ground, apart; null where the run was stopped. */
export async function trainCropNet(
  { device, out, seed, resume, signal }: SceneRun,
  scenes: readonly ImageItem[],
  classes: readonly string[],
): Promise<Network | null> {
  const session = cropSession(device, sceneCrops(scenes, classes, seed), seed);
  const { loader, epochs } = session;
  const progress = new Progress('crops:', epochs * loader.batches, 'steps');
  const { network, finished } = await runSession({
    ...session,
    checkpoint: join(out, 'crops.safetensors'),
    log: join(out, 'crops.jsonl'),
    resume,
    about: { program: `sppgpu ${version} demo` },
    signal,
    onStep: ({ epoch, step, loss }) => progress.update(epoch * loader.batches + step, `loss ${loss.toFixed(3)}`),
    onEpoch: ({ epoch, loss, top1 = Number.NaN }) =>
      say(`crops: epoch ${epoch + 1}/${epochs}: loss ${loss.toFixed(3)}, training ${(100 * top1).toFixed(1)} %`),
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
  const source = new SppWindows(regions, { scales: SCENE_SCALES }, maps.maker());
  const { parts } = await trainParts(source, set, {
    ...{ seed, signal, proposals: SCENE_PROPOSALS },
    onProgress: (stage, done) => {
      if (stage === 'classifiers') progress.update(done, 'classifiers');
      if (stage === 'boxes') progress.update(2 * scenes.length + done * 2, 'boxes');
    },
  });
  progress.stop();
  await rm(folder, { recursive: true, force: true });
  return new Detector(new SppWindows(regions, { scales: SCENE_SCALES }), parts);
}
