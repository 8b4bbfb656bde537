import { dirname, join } from 'node:path';
import type { PictureDecoder } from '../../data/picture-decoder.js';
import { fileHash } from '../../io/file-hash.node.js';
import { checkpointInfo } from '../../models/checkpoint-info.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import { loadCheckpoint } from '../../train/checkpoint.node.js';
import { recipeLoader, recipeSession } from '../../train/recipe-session.js';
import { nextSpan, Replica } from '../../train/replicas/replica.js';
import type { TrainingScores } from '../../train/task.js';
import { replicaOutcome } from '../../work/replica-shard.node.js';
import type { Shard } from '../../work/shard.js';
import { shardsOf, tellParent } from '../sharding/lasting-shards.js';
import { runShard } from '../sharding/shard-options.js';
import { type TrainingPlan, trainingRecipe } from './plan.js';
import { prepareTraining } from './prepare.js';

/**
 * A replica's part of the round at which the run in `--out` stands: what `train --replicas` has its processes, and those of a queue, do.
 * A process that lasts does further rounds, as other replicas too.
 */
export async function trainReplica(
  device: Device,
  plan: TrainingPlan & { readonly first: Shard },
  decoder: PictureDecoder,
  signal: AbortSignal,
): Promise<void> {
  const { options, splits, architecture, fingerprint, checkpoint: file, first } = plan;
  const { localSteps, maxUnreadable, epochs, json, lasting = false } = options;
  const shardFolder = options.shardFolder ?? join(dirname(file), 'rounds');
  const preparation = await prepareTraining(device, plan, decoder, signal);
  const recipe = trainingRecipe(plan);
  const begun = JSON.stringify(plan.resumed?.info.run.arguments);
  const loaderOf = (batchPart: Shard) => recipeLoader(recipe, splits.train, { decoder, maxUnreadable, batchPart });
  let replica: Replica<TrainingScores> | null = null;
  let index = 0;
  for await (const shard of shardsOf(first, lasting, signal)) {
    const loader = loaderOf(shard);
    if (!replica || shard.index !== index) {
      replica?.dispose();
      replica = new Replica(recipeSession({ device, architecture, recipe, loader, preparation }), shard.index);
      index = shard.index;
    }
    const models = [await fileHash(file)];
    const state = await loadCheckpoint(file);
    const info = checkpointInfo(state.metadata, file);
    if (JSON.stringify(info.run.arguments) !== begun || info.position.epoch >= epochs) {
      throw new FileError(file, 'is not at a round of the run that this process knows', 'start it anew');
    }
    const span = nextSpan(info, localSteps, loader.batches);
    const data = { items: shard.count, sha256: fingerprint.sha256 };
    const identity = { command: 'train', options: { ...span }, models, data };
    const own = replica;
    const done = await runShard({ shardFolder, ...(json && { json }) }, { identity, shard }, async () =>
      replicaOutcome(await own.train(state, file, span, signal), device.info.name),
    );
    if (lasting) tellParent({ file: done });
  }
  replica?.dispose();
}
