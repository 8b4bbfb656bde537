import { FileError } from '../../runtime/errors.js';
import { boxCount } from '../boxes.js';
import { MapCache } from '../features/map-cache.node.js';
import { POOLED, RegionNetwork } from '../features/region-network.js';
import { SppWindows } from '../features/spp-windows.js';
import { LEFT_OUT } from './left-out.js';
import { ProposalStore } from './proposal-store.node.js';
import { RunFolder } from './run-folder.node.js';
import type { RunEvents } from './settings.js';
import { storedSet } from './stored-set.node.js';
import {
  type DetectorTraining,
  keepMaps,
  mapsOf,
  type Part,
  proposeMissing,
  windowParts,
} from './train-detector.node.js';

/** Pictures of a run, those that train and behind them those whose windows alone are needed. */
export function featureItems(training: Pick<DetectorTraining, 'folder' | 'data' | 'val' | 'recipe'>): number {
  return windowParts(training).reduce((sum, { dataset }) => sum + dataset.length, 0);
}

/** The windows of a picture of a run, as a shard tells of them. */
export interface FeatureItem {
  readonly part: 'train' | 'val';
  readonly index: number;
  readonly id: string;
  readonly windows: number;
}

/**
 * The first stages, windows and maps, of some pictures of a run: they go into its folder, where the stages behind find them.
 * @param range places among `featureItems`
 * @returns the pictures that have windows, and a line for each that could not be used
 */
export async function trainFeatures(
  training: DetectorTraining,
  range: { readonly from: number; readonly to: number },
  events: RunEvents = {},
): Promise<{ readonly items: FeatureItem[]; readonly left: string[] }> {
  const { folder, network, preparation, levels, recipe } = training;
  const left = new Set<string>();
  const noting: RunEvents = {
    ...events,
    onNote: (line) => {
      if (line.endsWith(LEFT_OUT)) left.add(line.slice(0, -LEFT_OUT.length));
      events.onNote?.(line);
    },
  };
  const items: FeatureItem[] = [];
  let begin = 0;
  events.onStage?.('proposals', false);
  for (const [i, part] of windowParts(training).entries()) {
    const { dataset, store } = part;
    const clamp = (place: number): number => Math.max(0, Math.min(place - begin, dataset.length));
    const own = { from: clamp(range.from), to: clamp(range.to) };
    begin += dataset.length;
    await proposeMissing(training, part, noting, own);
    for (let index = own.from; index < own.to; index++) {
      if (!store.has(index)) continue;
      const { id } = dataset.entry(index);
      const windows = boxCount(await store.read(index, id));
      items.push({ part: i === 0 ? 'train' : 'val', index, id, windows });
    }
  }
  events.onStage?.('maps', false);
  const pooled = new RegionNetwork(network, POOLED, preparation, levels);
  const cache = await MapCache.open(pooled, {
    folder: folder.maps,
    maxBytes: training.maps.maxBytes,
    dtype: training.maps.dtype,
  });
  const source = new SppWindows(pooled, recipe.windows, cache.maker());
  const places = items.filter(({ part }) => part === 'train').map(({ index }) => index);
  const [{ dataset, store }] = windowParts(training) as [Part];
  await keepMaps(
    training,
    mapsOf(recipe, source, noting)(storedSet(dataset, store, (line) => noting.onNote?.(line), places)),
    events,
  );
  if (cache.problem) events.onNote?.(`maps were not kept any further: ${cache.problem.message}`);
  return { items, left: [...left] };
}

/**
 * Whether the windows of a picture are in the folder of a run, as a shard told of them.
 * @throws FileError where they are missing, damaged or others
 */
export async function checkFeatureItem(run: string, { part, index, id, windows }: FeatureItem): Promise<void> {
  const store = new ProposalStore(RunFolder.proposalsIn(run, part));
  const found = store.has(index) ? boxCount(await store.read(index, id)) : null;
  if (found === windows) return;
  const problem = found === null ? 'are missing' : `are ${found}, not the ${windows} that its shard has found`;
  throw new FileError(run, `the windows of ${id} ${problem}`, 'remove the shards, and run them again');
}
