import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { SppgpuError } from '../../runtime/errors.js';
import type { JobReport } from '../../work/flow.node.js';
import { FlowQueue, type QueuedFlow } from '../../work/flow-queue.node.js';
import { ShardProcesses } from '../../work/shard-processes.node.js';
import { openShards } from '../../work/shard-set.node.js';
import { spawnShard } from '../../work/spawn-shard.node.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { goOnWithoutReader, printJson, say } from '../output.js';
import { mergeShards } from '../sharding/merge-shards.js';
import { shardedCommand } from '../sharding/mergers.js';
import { type QueueFlags, queueOf, withQueue } from '../sharding/queue-option.js';
import { version } from '../version.js';

interface WorkOptions extends QueueFlags {
  readonly workers: number;
  readonly lock: number;
  readonly drain?: boolean;
  readonly json?: boolean;
}

/** `sppgpu work`: does the jobs of a queue, on any of the machines that see the same files. */
export function addWork(program: Command): void {
  const command = program
    .command('work')
    .description('does the jobs that `sppgpu submit --queue` put into a queue, on a machine that sees the same files')
    .optionsGroup(GROUPS.common);
  withQueue(command)
    .option('--workers <n>', 'shards at once', wholeNumber(1), 1)
    .option('--drain', 'end when no job is left; otherwise it waits for more')
    .option('--lock <seconds>', 'silence of a worker after which another gets its job', wholeNumber(1), 30)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action((options: WorkOptions) => interruptible((signal) => work(options, signal)));
}

async function work(options: WorkOptions, signal: AbortSignal): Promise<void> {
  goOnWithoutReader();
  const address = queueOf('work', options);
  const queue = await FlowQueue.open(address);
  const lasting = new ShardProcesses();
  let failed = 0;
  const onJob = ({ file, problem, ...report }: JobReport): void => {
    if (!report.ok) failed++;
    if (options.json) printJson(report);
    say(`${report.job}: ${report.ok ? `done in ${report.seconds} s` : `failed: ${problem}`}`);
  };
  say(`work: ${options.workers} at once, from ${address.shown}`);
  try {
    await queue.work({
      ...{ version, workers: options.workers, lockSeconds: options.lock, drain: options.drain ?? false, signal, onJob },
      onNote: say,
      shard: async (flow, shard, ending) => {
        const refused = refusal(flow);
        if (refused !== undefined) return { ok: false, problem: refused };
        const { words, cwd, folder } = flow;
        const command = { program: process.argv[1]!, words, folder: resolve(cwd, folder), cwd };
        // The rounds of a training are many and short: their processes wait for the next one.
        return words[0] === 'train' ? lasting.run(command, shard, ending) : spawnShard(command, shard, ending);
      },
      merge,
    });
  } finally {
    lasting.close();
    await queue.close();
  }
  if (failed > 0) throw new SppgpuError(`work: ${failed} jobs failed; see the lines above`);
}

/** Why a job cannot be done here, if so. */
function refusal({ words, cwd }: QueuedFlow): string | undefined {
  if (shardedCommand(words) === undefined) return `${words[0] ?? 'nothing'} is not a command that has shards`;
  return existsSync(cwd)
    ? undefined
    : `${cwd}: is not there; workers need the same paths as where the work was submitted`;
}

async function merge({ cwd, out }: QueuedFlow, files: readonly string[]): Promise<void> {
  const { problem } = await mergeShards(await openShards(files), resolve(cwd, out));
  if (problem !== undefined) say(`merge: ${problem}`);
}
