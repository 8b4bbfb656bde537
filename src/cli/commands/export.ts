import { type Command, Option } from 'commander';
import { finiteFloat32 } from '../../io/float32.js';
import { SafetensorsFile, saveSafetensors, type TensorSource } from '../../io/safetensors.node.js';
import { checkpointInfo, exportMetadata } from '../../models/checkpoint-info.js';
import { PREFIX } from '../../models/model-format.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { withArchitectureFlags } from '../architecture-flags.js';
import { detectorAt, exportDetector } from '../detect/export-onnx.js';
import { UsageError } from '../errors.js';
import { exportOnnx, type OnnxExportOptions } from '../export-onnx.js';
import { GROUPS } from '../help.js';
import { modelFile } from '../model-file.js';
import { withModelSource } from '../model-options.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';

interface ExportOptions extends OnnxExportOptions {
  readonly out?: string;
  readonly onnx?: string;
  readonly half?: boolean;
}

/** `sppgpu export`: a network without the state of its training, for other programs and for `--model`. Needs no device. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('a network without the state of its training: its weights as safetensors, or all of it as ONNX');
  withModelSource(command)
    .addOption(new Option('--out <file>', 'safetensors to write, of a checkpoint').conflicts('onnx'))
    .option(
      '--onnx <file>',
      'ONNX model to write: any batch, height and width; of a detector two, its backbone and its head',
    );
  withOverwrite(command).addOption(new Option('--half', 'store halves (f16), in safetensors').conflicts('onnx'));
  command
    .optionsGroup(GROUPS.onnx)
    .option('--probabilities', 'softmax behind the scores, or sigmoid where pictures have several classes')
    .option('--no-roi-pool', 'pyramids of slices and maxima instead of MaxRoiPool');
  withArchitectureFlags(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(exportNetwork);
}

async function exportNetwork({ onnx, out, model, ...options }: ExportOptions): Promise<void> {
  if (onnx !== undefined) {
    const detector = model === undefined ? null : await detectorAt(model);
    if (detector === null) return exportOnnx(onnx, { ...options, ...(model !== undefined && { model }) });
    if (options.probabilities || !options.roiPool || options.labels !== undefined) {
      throw new UsageError(
        'export: --probabilities, --no-roi-pool and --labels are for networks; a detector has classes of its own',
      );
    }
    return exportDetector(detector, onnx, options);
  }
  if (out === undefined) throw new UsageError('export: nothing to write; give --out FILE, or --onnx FILE');
  if (model === undefined) {
    throw new UsageError('export: --out takes the weights of a checkpoint; give --model PATH, or --onnx FILE instead');
  }
  return exportWeights({ ...options, model, out });
}

type WeightsOptions = Omit<ExportOptions, 'onnx'> & { readonly model: string; readonly out: string };

async function exportWeights({ model, half, json, ...options }: WeightsOptions): Promise<void> {
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
