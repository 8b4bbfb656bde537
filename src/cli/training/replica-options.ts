import { type Command, Option } from 'commander';
import type { Recipe } from '../../train/recipe.js';
import type { Shard } from '../../work/shard.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { wholeNumber } from '../options.js';
import { hasQueue, type QueueFlags, queueOf, withQueue } from '../sharding/queue-option.js';
import { shardOption } from '../sharding/shard-options.js';

/** How a run is spread over replicas of its network. */
export interface ReplicaOptions extends QueueFlags {
  readonly replicas?: number;
  readonly localSteps: number;
  readonly processes?: number;
  /** Of a replica's own process: which one it is, where its file goes, whether it waits for further rounds. */
  readonly shard?: Shard;
  readonly shardFolder?: string;
  readonly lasting?: boolean;
}

/** What is no part of the run: where it is computed. */
export const WHERE = ['processes', 'queue', 'shard', 'shardFolder', 'lasting'] as const;

export function withReplicaOptions(command: Command): Command {
  command
    .optionsGroup(GROUPS.machines)
    .option(
      '--replicas <n>',
      'copies of the network that train side by side, each on its part of every batch, and are averaged (local SGD)',
      wholeNumber(1),
    )
    .option(
      '--local-steps <k>',
      'steps of each replica between two averages; 1: the average of the gradients',
      wholeNumber(1),
      16,
    )
    .option('--processes <n>', 'replicas at once on this machine (default: half of the processors)', wholeNumber(1))
    .addOption(
      new Option('--shard <i/n>').argParser((text) => (text === 'off' ? undefined : shardOption(text))).hideHelp(),
    )
    .addOption(new Option('--shard-folder <folder>').hideHelp())
    .addOption(new Option('--lasting').hideHelp());
  return withQueue(command);
}

/** @throws UsageError for replicas that cannot be, or a queue's address that is none */
export function checkReplicas(options: ReplicaOptions & Pick<Recipe, 'batchSize' | 'precision'>): void {
  const { replicas, batchSize, queue, processes, precision } = options;
  if (replicas === undefined) {
    const given = queue === undefined ? processes && '--processes' : '--queue';
    if (given) throw new UsageError(`train: ${given} is for --replicas; give their number, or leave ${given} out`);
    return;
  }
  if (precision === 'f16') {
    throw new UsageError('train: --replicas do not average the scale of f16; leave --precision f16 or --replicas out');
  }
  if (batchSize % replicas !== 0) {
    const below = batchSize - (batchSize % replicas);
    throw new UsageError(
      `train: --batch-size ${batchSize} has no ${replicas} equal parts; give such as ${below > 0 ? `${below} or ` : ''}${below + replicas}`,
    );
  }
  if (processes === undefined && hasQueue(options)) queueOf('train', options);
}
