import type { Command } from 'commander';
import { SppgpuError } from '../../runtime/errors.js';
import { openShards, shardFiles } from '../../work/shard-set.node.js';
import { GROUPS } from '../help.js';
import { printJson } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';
import { mergeShards } from '../sharding/merge-shards.js';

interface MergeOptions {
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `sppgpu merge`: the result of a piece of work from the files of its shards. */
export function addMerge(program: Command): void {
  const command = program
    .command('merge <path...>')
    .description('what a command would have written, from the shards of its work: files, or their folder')
    .requiredOption('--out <file>', 'file to write');
  withOverwrite(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(merge);
}

async function merge(paths: readonly string[], options: MergeOptions): Promise<void> {
  const files = await shardFiles(paths);
  const set = await openShards(files);
  const out = await outputFile(options.out, files, options);
  const { summary, problem } = await mergeShards(set, out);
  if (options.json) printJson(summary);
  if (problem !== undefined) throw new SppgpuError(`merge: ${problem}`);
}
