import type { Command } from 'commander';
import { finiteFloat32 } from '../../io/safetensors.js';
import { SafetensorsFile, saveSafetensors, type TensorSource } from '../../io/safetensors.node.js';
import { checkpointInfo, exportMetadata } from '../../models/checkpoint-info.js';
import { PREFIX } from '../../models/model-format.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { GROUPS } from '../help.js';
import { modelFile } from '../model-file.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';

interface ExportOptions {
  readonly model: string;
  readonly out: string;
  readonly overwrite?: boolean;
  readonly half?: boolean;
  readonly json?: boolean;
}

/** `sppgpu export`: a network without the state of its training, for other programs and for `--model`. Needs no device. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('the weights of a checkpoint as safetensors, without the state of its training')
    .optionsGroup(GROUPS.common)
    .requiredOption('--model <path>', 'folder or checkpoint of `sppgpu train`')
    .requiredOption('--out <file>', 'safetensors to write');
  withOverwrite(command)
    .option('--half', 'store halves (f16)')
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(exportWeights);
}

async function exportWeights({ model, half, json, ...options }: ExportOptions): Promise<void> {
  const path = await modelFile(model);
  const out = await outputFile(options.out, [path], options);
  const file = await SafetensorsFile.open(path);
  try {
    const info = checkpointInfo(file.header.metadata, path);
    const dtype = half ? 'F16' : 'F32';
    const tensors: [string, TensorSource][] = [];
    let [weights, parameters] = [0, 0];
    for (const [name, { shape }] of file.header.entries) {
      const data = async () => finiteFloat32(await file.read(name), name, path);
      if (name.startsWith(PREFIX.model)) {
        const stored = half ? async () => withinHalves(await data(), name, path) : data;
        tensors.push([name.slice(PREFIX.model.length), { dtype, shape, data: stored }]);
        weights += 1;
        parameters += shape.reduce((product, side) => product * side, 1);
      }
      // The mean picture belongs to the input, not to the weights: it keeps its precision.
      if (name.startsWith(PREFIX.data)) tensors.push([name, { dtype: 'F32', shape, data }]);
    }
    await saveSafetensors(out, tensors, exportMetadata(info));
    if (json) printJson({ file: out, net: info.model.name, tensors: weights, parameters, dtype });
    say(`${weights} tensors, ${parameters.toLocaleString('en')} parameters: ${out}`);
  } finally {
    await file.close();
  }
}

/** The least value that rounds to infinity as a half. */
const BEYOND_HALVES = 65_520;

/** @throws FileError where halves would make infinity of a weight */
function withinHalves(data: Float32Array<ArrayBuffer>, name: string, path: string): Float32Array<ArrayBuffer> {
  for (let i = 0; i < data.length; i += 1) {
    if (Math.abs(data[i]!) < BEYOND_HALVES) continue;
    const problem = `tensor ${quoted(name)} holds ${data[i]}, which halves cannot hold`;
    throw new FileError(path, problem, 'leave --half out');
  }
  return data;
}
