import { resolve } from 'node:path';
import type { Command } from 'commander';
import { namesIdentity } from '../../data/identity.node.js';
import { SppgpuError } from '../../runtime/errors.js';
import { keepOffData } from '../data-output.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import { runShard, type ShardFlags, shardOf, withShardFlags } from '../sharding/shard-options.js';
import { runTrial, type TrialResult } from '../sweep/run-trial.js';
import { writeTable } from '../sweep/table.js';
import { checkTrials, parseVariation, type Trial, trialsOf, type Variation } from '../sweep/trials.js';

interface SweepOptions extends ShardFlags {
  readonly vary: readonly Variation[];
  readonly runs: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `sppgpu sweep`: one training for every choice of some options, and a table of all. */
export function addSweep(program: Command): void {
  const command = program
    .command('sweep [train-options...]')
    .description(
      'train once for every choice of some options, and rank the results; it takes the options of `train` too',
    )
    // Those of `train` go on to its processes.
    .allowUnknownOption()
    .optionsGroup(GROUPS.common)
    .requiredOption(
      '--vary <name=values>',
      'option of `train` and its values: lr=0.1,0.01; several times for all choices',
      parseVariation,
    )
    .option('--runs <folder>', 'where the runs go, each in a folder of its own', 'sweep')
    .option('--out <file>', 'the table as JSON; .csv and .html are written beside it');
  withShardFlags(withOverwrite(command))
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action((words: readonly string[], options: SweepOptions) =>
      interruptible((signal) => sweep(words, options, signal)),
    );
}

async function sweep(words: readonly string[], options: SweepOptions, signal: AbortSignal): Promise<void> {
  const trials = trialsOf(options.vary);
  const sets = checkTrials(words, trials);
  const runs = resolve(options.runs);
  const shard = shardOf('sweep', options);
  for (const place of [runs, shard ? options.shardFolder : options.out]) {
    for (const { data, format } of place === undefined ? [] : sets) {
      if (data !== undefined) await keepOffData(place!, data, format);
    }
  }
  const run = async (some: readonly Trial[]): Promise<TrialResult[]> => {
    const results: TrialResult[] = [];
    for (const trial of some) {
      const result = await runTrial(words, trial, runs, signal);
      say(
        `sweep: ${trial.name}: ${result.problem === undefined ? `done in ${result.seconds} s` : `failed: ${result.problem}`}`,
      );
      results.push(result);
    }
    return results;
  };
  if (shard) {
    const names = trials.map(({ name }) => name);
    const identity = { command: 'sweep', options: { words, runs }, models: [], data: namesIdentity(names) };
    // A training that failed for lack of memory, say, may succeed the next time.
    await runShard(options, { identity, shard, redoLeft: true }, async ({ range }) => {
      const results = await run(trials.slice(range.from, range.to));
      return {
        lines: results,
        left: results.flatMap(({ trial, problem }) => (problem === undefined ? [] : `${trial}: ${problem}`)),
      };
    });
    return;
  }
  if (options.out === undefined) throw new UsageError('sweep: no place for the table; give --out FILE');
  const out = await outputFile(options.out, [], options);
  const results = await run(trials);
  await writeTable(results, words, out);
  say(`sweep: ${trials.length} trainings: ${out}`);
  const failed = results.filter(({ problem }) => problem !== undefined).length;
  if (failed > 0) throw new SppgpuError(`sweep: ${failed} of ${trials.length} trainings failed; see the lines above`);
}
