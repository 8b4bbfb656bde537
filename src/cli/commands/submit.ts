import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { SppgpuError } from '../../runtime/errors.js';
import { flowId, runFlow } from '../../work/flow.node.js';
import { FlowQueue } from '../../work/flow-queue.node.js';
import { shardText } from '../../work/shard.js';
import { openShards } from '../../work/shard-set.node.js';
import { spawnShard } from '../../work/spawn-shard.node.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import { Progress } from '../progress.js';
import { mergeShards } from '../sharding/merge-shards.js';
import { SHARDED, shardedCommand } from '../sharding/mergers.js';
import { hasQueue, type QueueFlags, queueOf, withQueue } from '../sharding/queue-option.js';
import { version } from '../version.js';

interface SubmitOptions extends QueueFlags {
  readonly out: string;
  readonly shards: number;
  readonly processes?: number;
  readonly attempts: number;
  readonly shardFolder: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `sppgpu submit COMMAND`: a command's work in shards, in processes of this machine, and merged. */
export function addSubmit(program: Command): void {
  const command = program
    .command('submit <command...>')
    .description(
      `the work of a command (${SHARDED.join(', ')}) in shards, each in a process of its own, merged in the end; it takes the options of the command too`,
    )
    // Those of the command go on to its processes.
    .allowUnknownOption()
    .optionsGroup(GROUPS.common)
    .requiredOption('--shards <n>', 'parts of the work', wholeNumber(1))
    .requiredOption('--out <file>', 'what the command would write, or print with --json');
  withOverwrite(command)
    .optionsGroup(GROUPS.machines)
    // `--workers` is the command's: the threads of each process.
    .option('--processes <n>', 'shards at once (default: half of the processors)', wholeNumber(1))
    .option('--attempts <n>', 'times that a shard is tried before it counts as failed', wholeNumber(1), 3)
    .option('--shard-folder <folder>', 'where the files of shards lie', 'shards');
  withQueue(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action((words: readonly string[], options: SubmitOptions) =>
      interruptible((signal) => submit(words, options, signal), 'stops'),
    );
}

async function submit(words: readonly string[], options: SubmitOptions, signal: AbortSignal): Promise<void> {
  if (words[0] === 'train') {
    throw new UsageError(
      'submit: train spreads its own work; give `sppgpu train --replicas N`, with --queue URL over machines',
    );
  }
  if (shardedCommand(words) === undefined) {
    const known = SHARDED.join(', ');
    throw new UsageError(`submit: ${words.slice(0, 2).join(' ')} has no shards; choose from ${known}`);
  }
  const out = await outputFile(options.out, [], options);
  if (hasQueue(options)) await intoQueue(words, options, out);
  else await inProcesses(words, options, out, signal);
}

/** Leaves the work to those who run `sppgpu work`. */
async function intoQueue(words: readonly string[], options: SubmitOptions, out: string): Promise<void> {
  const { shards, attempts, shardFolder: folder, json } = options;
  const address = queueOf('submit', options);
  const queue = await FlowQueue.open(address);
  try {
    const cwd = process.cwd();
    const key = flowId(words, shards, version, cwd);
    const { id } = await queue.submit({ version, words, shards, cwd, folder, out, attempts }, key);
    if (json) printJson({ id, jobs: shards + 1 });
    say(`submit: flow ${id}, ${shards} shards and their merge, in ${address.shown}; sppgpu work does them`);
  } finally {
    await queue.close();
  }
}

async function inProcesses(
  words: readonly string[],
  options: SubmitOptions,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const { shards, attempts, json, shardFolder: folder } = options;
  const workers = options.processes ?? Math.max(1, Math.floor(availableParallelism() / 2));
  const flow = { id: flowId(words, shards, version, process.cwd()), shards };
  if (json) printJson({ id: flow.id, jobs: shards + 1 });
  say(`submit: ${words[0]} in ${shards} shards, ${Math.min(workers, shards)} at once, flow ${flow.id}`);
  const progress = new Progress('submit:', shards, 'shards');
  const reports = await runFlow(flow, {
    ...{ workers, attempts, signal },
    run: (shard, own) => spawnShard({ program: process.argv[1]!, words, folder }, shard, own),
    onJob: ({ file, problem, ...report }) => {
      if (json) printJson(report);
      progress.advance();
    },
    onRetry: (shard, problem) => say(`shard ${shardText(shard)} is tried again: ${problem}`),
  }).finally(() => progress.stop());
  const failed = reports.filter(({ ok }) => !ok);
  for (const { shard, problem } of failed) say(`shard ${shard}/${shards} failed: ${problem}`);
  if (failed.length > 0) {
    throw new SppgpuError(
      `submit: ${failed.length} of ${shards} shards failed, the first ${failed[0]!.problem}; those that are done stay in ${folder}, and the same command goes on`,
    );
  }
  const set = await openShards(reports.map(({ file }) => file!));
  const { summary, problem } = await mergeShards(set, out);
  if (json) printJson(summary);
  if (problem !== undefined) throw new SppgpuError(`submit: ${problem}`);
}
