import { writeFileAtomic } from '../io/atomic.node.js';
import { finiteFloat32 } from '../io/float32.js';
import { bytesOfPieces } from '../io/protobuf-message.js';
import type { ArchitectureInput } from '../models/architecture.js';
import { matchFile, requireWeights } from '../models/load-weights.js';
import { weightPrefix } from '../models/model-format.js';
import { type OnnxPlan, onnxOf } from '../models/onnx/export-network.js';
import { MEAN_IMAGE } from '../models/preparation.js';
import { storedPreparation } from '../models/stored-preparation.js';
import { readData, type WeightsFile } from '../models/weights-file.js';
import { openWeightsFile } from '../models/weights-file.node.js';
import { type ModelPlan, type ModelSource, planModel } from './model-options.js';
import { printJson, say } from './output.js';
import { outputFile } from './output-file.js';
import { version } from './version.js';

export interface OnnxExportOptions extends ModelSource {
  readonly probabilities?: boolean;
  readonly roiPool: boolean;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** A network as an ONNX file; weights go from file to file, one tensor at a time. */
export async function exportOnnx(to: string, options: OnnxExportOptions): Promise<void> {
  const { json, probabilities, roiPool } = options;
  const plan = await planModel(options);
  const out = await outputFile(to, [plan.file, options.labels], options);
  const { description, architecture, classes } = plan;
  const source = await openWeightsFile(plan.file);
  try {
    const ends = description?.labels === 'multi' ? 'sigmoid' : 'softmax';
    const { file, summary } = onnxOf(architecture, {
      weights: weightsOf(source, plan),
      labels: classes,
      input: await inputOf(source, plan),
      ...(probabilities && { probabilities: ends }),
      roiPool,
      producerVersion: version,
    });
    await writeFileAtomic(out, bytesOfPieces(file));
    if (json) printJson({ file: out, ...summary });
    const { inputs, nodes, opset } = summary;
    const shape = inputs[0]!.shape.join(' x ');
    say(`${architecture.title}: ${nodes} nodes, operator set ${opset}, images of ${shape}: ${out}`);
  } finally {
    await source.close();
  }
}

function weightsOf(source: WeightsFile, { architecture, file }: ModelPlan): OnnxPlan['weights'] {
  const match = matchFile(architecture, source);
  requireWeights(match, file);
  const names = new Map(match.matched.map(({ target, source: name }) => [target, name]));
  const prefix = weightPrefix(source.header.entries);
  return async ({ name }) => {
    const stored = names.get(name)!;
    return finiteFloat32(await source.read(prefix + stored), stored, file);
  };
}

/** The input of a network with the mean that its training took. */
async function inputOf(
  source: WeightsFile,
  { architecture, description, file }: ModelPlan,
): Promise<ArchitectureInput> {
  if (!description) return architecture.input;
  return trainedInput(architecture.input, storedPreparation(description.run, file).mean, source);
}

/**
 * How pictures are prepared, with the mean that a training took.
 * @param mean a byte value in the place of the input's own
 * @param source may hold a mean picture
 */
export async function trainedInput(
  input: ArchitectureInput,
  mean: number | undefined,
  source: WeightsFile,
): Promise<ArchitectureInput> {
  if (mean !== undefined) return { ...input, mean: input.mean.map(() => mean) };
  const picture = (await readData(source)).get(MEAN_IMAGE);
  if (!picture) return input;
  const colours = [0, 1, 2].map((colour) => meanOf(picture.data, colour));
  say('the mean picture has no place in ONNX: its mean colour is written in its stead, which changes scores a little');
  if (input.channels === 1) return { ...input, mean: [colours.reduce((sum, value) => sum + value / 3, 0)] };
  return { ...input, mean: input.channelOrder === 'rgb' ? colours : colours.reverse() };
}

/** Of one colour of a picture `[3, h, w]`, red first. */
function meanOf(data: Float32Array, colour: number): number {
  const size = data.length / 3;
  const values = data.subarray(colour * size, (colour + 1) * size);
  return values.reduce((sum, value) => sum + value, 0) / size;
}
