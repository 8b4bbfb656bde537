import type { BoundarySet } from '../../data/boundary-set.js';
import { EdgeNet } from '../../detect/edges/edge-net.js';
import { AdamW } from '../../optim/adam.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import { Generator } from '../../tensor/generator.js';
import { divergence } from '../divergence.js';
import type { RunStore } from '../run-store.js';
import { warmupShare } from '../warmup.js';
import { cropBatches } from './crop-batches.js';
import {
  captureEdgeRun,
  type EdgeEpoch,
  type EdgePosition,
  type EdgeRunInfo,
  edgeRunInfo,
  restoreEdgeRun,
} from './edge-checkpoint.js';
import { checkEdgeRecipe, type EdgeRecipe, WARMUP } from './edge-recipe.js';
import { edgeStep } from './edge-step.js';

export interface EdgeSessionSettings {
  readonly device: Device;
  readonly pictures: BoundarySet;
  readonly recipe: EdgeRecipe;
  /** Go on from the checkpoint if there is one. */
  readonly resume?: boolean;
  /** Ends the run after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Steps of the whole run that are done, and the loss of the epoch so far. */
  readonly onStep?: (done: number, loss: number) => void;
  /** Runs when an epoch is in the log and the checkpoint. */
  readonly onEpoch?: (epoch: EdgeEpoch) => void;
  /** A picture that cannot be read is left out; told each time. */
  readonly onUnreadable?: (error: FileError) => void;
}

export interface EdgeSessionResult {
  readonly net: EdgeNet;
  readonly history: readonly EdgeEpoch[];
  /** False if `signal` ended the run early. */
  readonly finished: boolean;
}

const START: EdgePosition = { epoch: 0, step: 0, sums: { crops: 0, loss: 0 } };

/** Batches of an epoch. */
export const edgeSteps = ({ batchSize }: Pick<EdgeRecipe, 'batchSize'>, pictures: number): number =>
  Math.ceil(pictures / batchSize);

/**
 * Trains an edge net. Everything random is drawn by position: a run that was killed and goes on ends in the same bits. The
 * caller disposes the net.
 * @throws FileError if the checkpoint to go on from is damaged or of another run; SppgpuError if the training diverges: the last
 *   checkpoint stays as it is then
 */
export async function trainEdgesIn(store: RunStore, settings: EdgeSessionSettings): Promise<EdgeSessionResult> {
  const { device, pictures, recipe, signal } = settings;
  checkEdgeRecipe(recipe);
  const resumed = settings.resume ? await loadMatching(store, settings) : null;
  const net = new EdgeNet({ device, generator: new Generator(recipe.seed) });
  const { lr, weightDecay } = recipe;
  const optimizer = new AdamW(net.parameters(), { lr, weightDecay });
  const steps = edgeSteps(recipe, pictures.length);
  const all = steps * recipe.epochs;
  const history: EdgeEpoch[] = [];
  let position = START;
  const save = async () => {
    const data = dataOf(pictures);
    await store.save(await captureEdgeRun(net, optimizer, { recipe, data, position, history }));
  };
  try {
    if (resumed) {
      restoreEdgeRun(net, optimizer, resumed.checkpoint, resumed.info, store.name);
      position = resumed.info.position;
      history.push(...resumed.info.history);
    }
    const log = await store.openLog?.(history);
    try {
      while (position.epoch < recipe.epochs) {
        const started = performance.now();
        const { epoch } = position;
        for await (const batch of cropBatches(pictures, recipe, epoch, position.step, settings.onUnreadable)) {
          if (signal?.aborted) break;
          const done = epoch * steps + position.step;
          optimizer.lr = rateAt(done, all, lr);
          const { crops, loss } = position.sums;
          const own = batch.crops.length === 0 ? 0 : await edgeStep(device, net, optimizer, batch, recipe);
          if (!Number.isFinite(own)) throw divergence(`the loss is ${own}`, epoch, position.step);
          const sums = { crops: crops + batch.crops.length, loss: loss + own * batch.crops.length };
          position = { epoch, step: position.step + 1, sums };
          settings.onStep?.(done + 1, sums.loss / sums.crops);
        }
        if (position.step < steps) {
          await save();
          return { net, history, finished: false };
        }
        const { crops, loss } = position.sums;
        const seconds = (performance.now() - started) / 1000;
        const record = { epoch, loss: loss / Math.max(1, crops), lr: optimizer.lr, crops, seconds };
        history.push(record);
        position = { ...START, epoch: epoch + 1 };
        await log?.append(history);
        await save();
        settings.onEpoch?.(record);
      }
    } finally {
      await log?.close();
    }
    return { net, history, finished: true };
  } catch (error) {
    net.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
}

/** Up from 0 over the first steps, and down to 0 at the end along half a cosine. */
function rateAt(step: number, steps: number, lr: number): number {
  return (lr * warmupShare(step, WARMUP) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}

const dataOf = (pictures: BoundarySet): string => `${pictures.length} pictures from ${pictures.id(0)} on`;

/** The checkpoint to go on from, with what it says; null where there is none. */
async function loadMatching(store: RunStore, { recipe, pictures }: EdgeSessionSettings) {
  const checkpoint = await store.load();
  if (!checkpoint) return null;
  const info: EdgeRunInfo = edgeRunInfo(checkpoint.metadata, store.name);
  for (const [name, value] of Object.entries(recipe)) {
    const was = info.recipe[name as keyof EdgeRecipe];
    // How far a run goes may be given anew; the rate then falls to 0 there.
    if (was === value || name === 'epochs') continue;
    throw new FileError(
      store.name,
      `was trained with ${name} ${was}, not ${value}`,
      'give that, or choose another --out',
    );
  }
  if (info.data !== dataOf(pictures)) {
    const problem = `was trained on ${info.data}, this data has ${dataOf(pictures)}`;
    throw new FileError(store.name, problem, 'give the same data, or choose another --out');
  }
  return { checkpoint, info };
}
