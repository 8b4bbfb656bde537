import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { openBoundaries } from '../../data/boundary-folder.node.js';
import type { BoundarySet } from '../../data/boundary-set.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import { FolderLock } from '../../io/folder-lock.node.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import { checkEdgeRecipe, EDGE_RECIPE, type EdgeRecipe } from '../../train/edges/edge-recipe.js';
import { edgeSteps } from '../../train/edges/edge-session.js';
import { trainEdges } from '../../train/edges/edge-session.node.js';
import { asUsage, Interrupted } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { CHECKPOINT_NAME } from '../model-file.js';
import { type CommonOptions, nonNegative, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { printJson, say } from '../output.js';
import { Progress } from '../progress.js';

interface EdgeTrainOptions extends CommonOptions, EdgeRecipe {
  readonly data: string;
  readonly out: string;
  readonly resume?: boolean;
  readonly overwrite?: boolean;
}

/** `sppgpu edges train`: an edge net from pictures whose boundaries people marked. */
export function addEdgesTrain(edges: Command): void {
  const command = edges
    .command('train')
    .description('train an edge net on marked boundaries (BSDS500); Ctrl-C saves, --resume goes on')
    .optionsGroup(GROUPS.common)
    .requiredOption('--data <folder>', 'folder with train/images and train/boundaries')
    .requiredOption('--out <folder>', 'folder for the checkpoint and the log')
    .option('--epochs <n>', 'passes over the pictures, a crop of each', wholeNumber(1), EDGE_RECIPE.epochs)
    .option('--resume', 'go on from the checkpoint in --out, if there is one; --epochs may be given anew')
    .option('--overwrite', 'replace an earlier run in --out')
    .option('--seed <n>', 'of weights, order and crops', wholeNumber(0), EDGE_RECIPE.seed)
    .optionsGroup(GROUPS.steps)
    .option('--batch-size <n>', 'crops per step', wholeNumber(1), EDGE_RECIPE.batchSize)
    .option('--crop <pixels>', 'side of a crop, a multiple of 16', wholeNumber(16), EDGE_RECIPE.crop)
    .option('--lr <rate>', 'highest rate of AdamW', nonNegative, EDGE_RECIPE.lr)
    .option('--weight-decay <n>', 'of AdamW', nonNegative, EDGE_RECIPE.weightDecay)
    .option('--consensus <share>', 'of annotators that make a boundary', nonNegative, EDGE_RECIPE.consensus)
    .option('--negative <factor>', 'of the weight of pixels without boundary', nonNegative, EDGE_RECIPE.negative);
  withCommonOptions(command).action((options: EdgeTrainOptions) =>
    interruptible(async (signal) => {
      const plan = await planned(options);
      await withDevice(options, (device) => train(device, plan, options, signal));
    }, 'saves'),
  );
}

interface Plan {
  readonly recipe: EdgeRecipe;
  readonly pictures: BoundarySet;
  readonly out: string;
  readonly files: { readonly checkpoint: string; readonly log: string };
}

/** All that can be found wrong before a device is opened. */
async function planned(options: EdgeTrainOptions): Promise<Plan> {
  const { epochs, batchSize, crop, lr, weightDecay, consensus, negative, seed, resume, overwrite } = options;
  const recipe = { epochs, batchSize, crop, lr, weightDecay, consensus, negative, seed };
  asUsage(() => checkEdgeRecipe(recipe));
  const out = resolve(options.out);
  const below = relative(resolve(options.data), out);
  if (/^(?:train|val)(?:[/\\]|$)/u.test(below)) {
    throw new FileError(options.out, `lies in the data set ${options.data}`, 'write outside the data set');
  }
  const files = { checkpoint: join(out, CHECKPOINT_NAME), log: join(out, 'log.jsonl') };
  if (existsSync(files.checkpoint) && !resume && !overwrite) {
    const wayOut = 'add --resume to continue it or --overwrite to replace it, or choose another --out';
    throw new FileError(files.checkpoint, 'holds an earlier run', wayOut);
  }
  const { set, withoutBoundaries } = await openBoundaries(options.data, 'train');
  if (withoutBoundaries.length > 0) {
    say(`${withoutBoundaries.length} pictures have no boundaries and are left out, ${withoutBoundaries[0]} first`);
  }
  return { recipe, pictures: set, out, files };
}

async function train(device: Device, plan: Plan, options: EdgeTrainOptions, signal: AbortSignal): Promise<void> {
  const { recipe, pictures, out, files } = plan;
  await using _ = await FolderLock.take(out, 'wait for its end, or choose another --out');
  if (options.overwrite) {
    for (const file of Object.values(files)) await withFileErrors(file, () => rm(file, { force: true }));
  }
  const steps = edgeSteps(recipe, pictures.length) * recipe.epochs;
  say(`edge net; ${pictures.length} pictures of ${pictures.name}, ${steps} steps; ${device.info.name}`);
  const progress = new Progress('edges train:', steps, 'steps');
  const unreadable = new Map<string, string>();
  const { net, finished } = await trainEdges(files, {
    ...{ device, pictures, recipe, signal },
    resume: options.resume ?? false,
    onStep: (done, loss) => progress.update(done, `loss ${loss.toFixed(4)}`),
    onEpoch: (record) => {
      const { epoch, loss, lr, crops, seconds } = record;
      say(`epoch ${epoch + 1}/${recipe.epochs}: loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s`);
      if (options.json) printJson({ epoch: epoch + 1, loss, lr, crops, seconds });
    },
    onUnreadable: (error) => {
      if (!unreadable.has(error.path)) say(`left out: ${error.message}`);
      unreadable.set(error.path, error.problem);
    },
  }).finally(() => progress.stop());
  net.dispose();
  if (!finished) {
    throw new Interrupted(`edges train: stopped; everything is saved, the same command with --resume goes on`);
  }
  say(`edge net: ${files.checkpoint}`);
}
