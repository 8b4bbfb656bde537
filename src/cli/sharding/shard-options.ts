import { type Command, InvalidArgumentError } from 'commander';
import type { ImageLoader } from '../../data/loader.js';
import { parseShard, type Shard, shardText } from '../../work/shard.js';
import { shardFromEnvironment } from '../../work/shard-environment.js';
import { type ShardOutcome, type ShardPlan, ShardTask } from '../../work/shard-task.node.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { goOnWithoutReader, printJson, say } from '../output.js';
import { version } from '../version.js';

/** What every command takes whose work can be cut into parts. */
export interface ShardFlags {
  readonly shard?: Shard | 'off';
  readonly shardFolder: string;
}

export function withShardFlags(command: Command): Command {
  return command
    .optionsGroup(GROUPS.machines)
    .option(
      '--shard <i/n>',
      'do the i-th of n parts of the work and leave a file for `sppgpu merge`; off: all of it (default: as a Slurm array or an indexed job of Kubernetes says)',
      shardOption,
    )
    .option('--shard-folder <folder>', 'where the files of shards lie', 'shards');
}

/** An option parser for `i/n`, and `off`. */
export function shardOption(text: string): Shard | 'off' {
  if (text === 'off') return text;
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

/** For commands whose output tells how long they took. */
export function withUntimed(command: Command): Command {
  return command.option('--untimed', 'no seconds in the output of --json, so that equal work gives equal bytes');
}

/**
 * The part of its work that a command does: what was typed, or what a scheduler says, of which a line tells. Null: all of it.
 * @throws UsageError for an environment that leaves it open
 */
export function shardOf(command: string, { shard }: ShardFlags, env = process.env): Shard | null {
  if (shard === 'off') return null;
  if (shard) return shard;
  const found = asUsage(() => shardFromEnvironment(env));
  if (!found) return null;
  say(`${command}: shard ${shardText(found.shard)}, as ${found.source} (--shard off: all of it)`);
  return found.shard;
}

/** What a command says of its work; the program's version is known here. */
export type WorkPlan = Omit<ShardPlan, 'identity' | 'folder'> & {
  readonly identity: Omit<ShardPlan['identity'], 'version'>;
};

/**
 * Does a shard's work and leaves its file, unless an earlier run has: then nothing is computed. Work on no items is not begun.
 * @param work what comes of the items of the task
 * @returns the file
 */
export async function runShard(
  { shardFolder, json }: ShardFlags & { readonly json?: boolean },
  { identity, ...plan }: WorkPlan,
  work: (task: ShardTask) => Promise<ShardOutcome>,
): Promise<string> {
  goOnWithoutReader();
  const { command } = identity;
  const task = new ShardTask({ ...plan, identity: { version, ...identity }, folder: shardFolder });
  const earlier = await task.earlier();
  const sum = earlier ?? (await task.write(task.items > 0 ? await work(task) : { lines: [], left: [] }));
  const name = shardText(plan.shard);
  if (json)
    printJson({ shard: plan.shard.index, shards: plan.shard.count, file: task.file, items: task.items, ...sum });
  say(
    `${command}: shard ${name}, ${task.items} of ${identity.data.items} items${earlier ? ', is there' : ''}: ${task.file}`,
  );
  return task.file;
}

/** The pictures that a loader could not use. */
export function leftByLoader({ unreadable }: ImageLoader): string[] {
  return [...unreadable].map(([name, problem]) => `${name}: ${problem}`);
}
