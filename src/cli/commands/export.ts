import { resolve } from 'node:path';
import type { Command } from 'commander';
import { saveSafetensors } from '../../io/safetensors.node.js';
import { checkpointInfo, checkpointWeights } from '../../train/checkpoint.js';
import { loadCheckpoint } from '../../train/checkpoint.node.js';
import { printJson, say } from '../options.js';

interface ExportOptions {
  readonly model: string;
  readonly out: string;
  readonly half?: boolean;
  readonly json?: boolean;
}

/** `sppgpu export`: the weights of a checkpoint alone, for other programs and for `--weights`. Needs no device. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('the weights of a checkpoint as safetensors, without the state of its training')
    .requiredOption('--model <file>', 'checkpoint of `sppgpu train`')
    .requiredOption('--out <file>', 'safetensors to write')
    .option('--half', 'store halves (f16)')
    .option('--json', 'machine-readable output on stdout')
    .action(exportWeights);
}

async function exportWeights({ model: file, out, half, json }: ExportOptions): Promise<void> {
  const checkpoint = await loadCheckpoint(file);
  const { model, classes } = checkpointInfo(checkpoint.metadata, file);
  const weights = checkpointWeights(checkpoint);
  const dtype = half ? 'F16' : 'F32';
  await saveSafetensors(
    resolve(out),
    [...weights].map(([name, { shape, data }]) => [name, { dtype, shape, data }] as const),
    { net: model.name, options: JSON.stringify(model.options), classes: JSON.stringify(classes) },
  );
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  if (json) printJson({ file: resolve(out), net: model.name, tensors: weights.size, parameters, dtype });
  say(`${weights.size} tensors, ${parameters.toLocaleString('en')} parameters: ${resolve(out)}`);
}
