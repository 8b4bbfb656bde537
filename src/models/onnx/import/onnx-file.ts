import { ShapeError, SppgpuError } from '../../../runtime/errors.js';
import type { ArchitectureInput, ImportedNetwork } from '../../architecture.js';
import { IMPORTED, imported } from '../../imported.js';
import { useForeignKinds } from '../../layers/foreign.js';
import { type ActivationShape, kindOf } from '../../layers/index.js';
import { EXPORT_FORMAT } from '../../model-format.js';
import { PAPER_DEFAULTS } from '../../paper-defaults.js';
import { torchvisionInput } from '../../torchvision.js';
import type { WeightsFile } from '../../weights-file.js';
import { INPUT_PROPERTY, LABELS_PROPERTY } from '../properties.js';
import { type Assembled, assemble } from './assemble.js';
import type { ReadBeside } from './external-data.js';
import { problem } from './problem.js';
import { readSteps } from './read-steps.js';
import { readSourceGraph, type SourceGraph } from './source-graph.js';

/**
 * An ONNX file as a file of weights that describes its network, as `sppgpu export` writes them.
 * @param readBeside gives what the file has put into others
 * @throws FileError for a file that is damaged, or a network that is not made of the layers here, naming the node
 */
export function onnxFile(bytes: Uint8Array, path: string, readBeside?: ReadBeside): WeightsFile {
  useForeignKinds();
  const graph = readSourceGraph(bytes, path, readBeside);
  const { steps, output } = readSteps(graph);
  const assembled = assemble(steps, output, path);
  const network = networkOf(graph, assembled);
  const labels = labelsOf(graph, network.classes);
  const run = { preparationKnown: graph.metadata[INPUT_PROPERTY] !== undefined };
  const description = {
    model: { name: IMPORTED, options: { imported: network, classes: network.classes } },
    ...{ classes: labels, labels: 'single', run },
  };
  const entries = new Map([...assembled.parameters].map(([name, { shape }]) => [name, { shape }]));
  return {
    path,
    header: { entries, metadata: { format: EXPORT_FORMAT, sppgpu: JSON.stringify(description) } },
    read: async (name) => {
      const { shape, read } = assembled.parameters.get(name)!;
      return { dtype: 'F32', shape: [...shape], data: read() };
    },
  };
}

function networkOf(graph: SourceGraph, { features, classifier }: Assembled): ImportedNetwork {
  const { path } = graph;
  const input = inputOf(graph);
  let shape: ActivationShape = [input.channels, input.size, input.size];
  const name = path.split(/[\\/]/u).at(-1)!;
  const title = /\.onnx$/iu.test(name) ? name.slice(0, -5) : graph.title;
  try {
    for (const layer of [...features, ...classifier]) shape = kindOf(layer).output(layer, shape, layer.name);
    const [classes] = shape;
    const network = { title: title.slice(0, 200) || IMPORTED, input, classes, features, classifier };
    if (shape.length !== 1) throw new ShapeError(`its output is a map of ${shape.join('x')}, not one score a class`);
    imported({ imported: network });
    return network;
  } catch (error) {
    if (!(error instanceof SppgpuError)) throw error;
    const [, , height, width] = graph.input.dims;
    const oblong =
      height && width && height !== width
        ? ` (its pictures have ${width}x${height} pixels; a network for one size must take squares)`
        : '';
    throw problem(path, `is not a network that works here: ${error.message}${oblong}`);
  }
}

/** What the file says of its pictures, or what torchvision's networks take. */
function inputOf({ input: { dims, channels }, metadata, path }: SourceGraph): ArchitectureInput {
  const [, , height, width] = dims;
  if (channels !== 1 && channels !== 3) {
    throw problem(path, `takes pictures of ${channels} channels; 1 (grey) and 3 (colour) are supported`);
  }
  const fixed = height && width ? Math.min(height, width) : undefined;
  const stored = parsed(metadata[INPUT_PROPERTY]) as Partial<ArchitectureInput> | undefined;
  const size = fixed ?? (Number.isInteger(stored?.size) ? stored!.size! : PAPER_DEFAULTS.inputSize);
  const usual = torchvisionInput({ ...PAPER_DEFAULTS, inputSize: size, inputChannels: channels });
  if (!stored) return usual;
  const { channelOrder = usual.channelOrder, mean = usual.mean, scale = usual.scale, resize = usual.resize } = stored;
  return { channels, size, resize, channelOrder, mean, scale };
}

function labelsOf({ metadata }: SourceGraph, classes: number): string[] {
  const labels = parsed(metadata[LABELS_PROPERTY]);
  const sound = Array.isArray(labels) && labels.length === classes && labels.every((one) => typeof one === 'string');
  return sound ? labels : Array.from({ length: classes }, (_, i) => String(i));
}

/** The object or list of a JSON text; undefined for other texts. */
function parsed(text: string | undefined): unknown {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
