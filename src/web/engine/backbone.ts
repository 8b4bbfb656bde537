import { scenesDataset } from '../../data/scenes.js';
import { cropSession } from '../../demo/crop-net.js';
import { allItems } from '../../demo/evaluate-digits.js';
import { sceneCrops } from '../../demo/scene-crops.js';
import { SCENE_PROPOSALS, SCENE_SCALES } from '../../demo/scene-windows.js';
import { POOLED, RegionNetwork, regionLayers } from '../../detect/features/region-network.js';
import { paperScales } from '../../detect/features/spp-windows.js';
import type { OpenModel } from '../../models/load-model.js';
import { openModel } from '../../models/open-model.js';
import type { Device } from '../../runtime/device.js';
import { MemoryError } from '../../runtime/errors.js';
import { encodeCheckpoint } from '../../train/checkpoint.js';
import { MemoryStore } from '../../train/run-store.js';
import { runSessionIn } from '../../train/session.js';
import { digitSource } from './digit-source.js';
import { keepFile, keptFile } from './kept-files.js';
import type { OnProgress } from './wire.js';

/**
 * Scenes whose digits the net learns from: fewer where shaders run on the CPU. A net half as wide would learn in 0.6 of the time, but its
 * detectors had an average precision of 0.82, not 0.86.
 */
const SCENES = { hardware: 250, software: 60 } as const;
const SEED = 1;
/** Of the pyramid, for nets whose own head has none; without 6x6, vectors are a third as long. */
const LEVELS = [1, 2, 3];
/** Shorter side of a picture for nets of photographs, as a share of the paper's: a page should not have to wait. */
const SCALE_SHARE = 0.6;

/** What a detector looks with: a net, and how windows are found and looked at. */
export interface Backbone {
  readonly regions: RegionNetwork;
  readonly scales: readonly number[];
  readonly proposals: Readonly<Record<string, unknown>>;
  dispose(): void;
}

/** Where a backbone comes from: a file, or null for the net of digits that the page trains itself. */
export interface BackboneFile {
  readonly bytes: Uint8Array;
  readonly name: string;
  /** The net that bare weights belong to. */
  readonly architecture?: string;
}

export async function openBackbone(
  device: Device,
  file: BackboneFile | null,
  onProgress: OnProgress,
): Promise<Backbone> {
  if (file) return photographs(await openFile(device, file));
  const model = await digitNet(device, onProgress);
  const regions = new RegionNetwork(model.network, POOLED, model.preparation);
  return { regions, scales: SCENE_SCALES, proposals: SCENE_PROPOSALS, dispose: () => model.network.dispose() };
}

export function openFile(device: Device, { bytes, name, architecture }: BackboneFile): Promise<OpenModel> {
  const file = new File([bytes as Uint8Array<ArrayBuffer>], name);
  return openModel(file, device, architecture === undefined ? {} : { architecture });
}

function photographs({ network, preparation }: OpenModel): Backbone {
  const { input } = network.architecture;
  const own = regionLayers(network.architecture).length > 1;
  const regions = new RegionNetwork(network, POOLED, preparation, own ? undefined : LEVELS);
  const small = input.size < 64;
  const scales = small ? SCENE_SCALES : paperScales(input.size, 'one').map((scale) => Math.round(scale * SCALE_SHARE));
  const proposals = small ? SCENE_PROPOSALS : { method: 'selective-search', maxBoxes: 500, seed: 0 };
  return { regions, scales, proposals, dispose: () => network.dispose() };
}

/** The net that tells cut-out digits apart, trained here once and kept by the browser. */
async function digitNet(device: Device, onProgress: OnProgress): Promise<OpenModel> {
  const count = device.info.software ? SCENES.software : SCENES.hardware;
  const name = `digit-backbone-${count}-${SEED}.safetensors`;
  const kept = await keptFile(name);
  if (kept) {
    try {
      return await openModel(kept, device);
    } catch (error) {
      // What is kept may be damaged, or of another version of this page: then it is made anew.
      if (device.disposed || error instanceof MemoryError) throw error;
    }
  }
  const scenes = scenesDataset(await digitSource(), { split: 'train', count, seed: SEED });
  const session = cropSession(device, sceneCrops(await allItems(scenes), scenes.classes, SEED), SEED);
  const store = new MemoryStore();
  const of = session.epochs * session.loader.batches;
  const { network } = await runSessionIn(store, {
    ...session,
    onStep: ({ epoch, step, steps }) => onProgress({ stage: 'learning to see', done: epoch * steps + step, of }),
  });
  network.dispose();
  const bytes = encodeCheckpoint(store.checkpoint!);
  await keepFile(name, bytes);
  return openModel(bytes, device);
}
