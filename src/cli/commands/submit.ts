import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { SppgpuError } from '../../runtime/errors.js';
import { flowId, type JobReport, runFlow } from '../../work/flow.node.js';
import { openShards } from '../../work/shard-set.node.js';
import { shardText } from '../../work/shard.js';
import { spawnShard } from '../../work/spawn-shard.node.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import { Progress } from '../progress.js';
import { mergeShards } from '../sharding/merge-shards.js';
import { MERGERS } from '../sharding/mergers.js';
import { version } from '../version.js';

interface SubmitOptions {
  readonly out: string;
  readonly shards: number;
  readonly workers?: number;
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
      `the work of a command (${Object.keys(MERGERS).join(', ')}) in shards, each in a process of its own, merged in the end; it takes the options of the command too`,
    )
    // Those of the command go on to its processes.
    .allowUnknownOption()
    .optionsGroup(GROUPS.machines)
    .requiredOption('--shards <n>', 'parts of the work', wholeNumber(1))
    .requiredOption('--out <file>', 'what the command would write, or print with --json')
    .option('--workers <n>', 'processes at once (default: half of the processors)', wholeNumber(1))
    .option('--attempts <n>', 'times that a shard is tried before it counts as failed', wholeNumber(1), 3)
    .option('--shard-folder <folder>', 'where the files of shards lie', 'shards');
  withOverwrite(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action((words: readonly string[], options: SubmitOptions) =>
      interruptible((signal) => submit(words, options, signal), 'stops'),
    );
}

async function submit(words: readonly string[], options: SubmitOptions, signal: AbortSignal): Promise<void> {
  const name = Object.keys(MERGERS).find((own) => `${words.join(' ')} `.startsWith(`${own} `));
  if (name === undefined) {
    throw new UsageError(
      `submit: ${words.slice(0, 2).join(' ')} has no shards; choose from ${Object.keys(MERGERS).join(', ')}`,
    );
  }
  const { shards, attempts, json, shardFolder: folder } = options;
  const workers = options.workers ?? Math.max(1, Math.floor(availableParallelism() / 2));
  const out = await outputFile(options.out, [], options);
  const flow = { id: flowId(words, shards, version, process.cwd()), shards };
  if (json) printJson({ id: flow.id, jobs: shards + 1 });
  say(`submit: ${name} in ${shards} shards, ${Math.min(workers, shards)} at once, flow ${flow.id}`);
  const progress = new Progress('submit:', shards, 'shards');
  const reports: readonly JobReport[] = await runFlow(flow, {
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
  if (reports.length < shards || failed.length > 0) {
    const count = `${failed.length} of ${shards} shards failed`;
    throw new SppgpuError(
      `submit: ${count}, the first ${failed[0]!.problem}; those that are done stay in ${folder}, and the same command goes on`,
    );
  }
  const set = await openShards(reports.map(({ file }) => file!));
  const { summary, left, forgives } = await mergeShards(set, out);
  if (json) printJson(summary);
  if (left > 0 && !forgives)
    throw new SppgpuError(`submit: ${left} of ${summary.items} were left out; see the lines above`);
}
