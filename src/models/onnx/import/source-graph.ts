import { ELEMENT, MODEL, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../../../io/onnx/schema.js';
import { decodeMessage } from '../../../io/protobuf-message.js';
import { quoted } from '../../../runtime/quote.js';
import { locationOf, type ReadBeside, withElements } from './external-data.js';
import { named, problem } from './problem.js';
import { checkTensor, elementsOf, floatsOf, integersOf, isFloat, transposed } from './tensor-data.js';

/** Operator sets between which no operator that is read here changed its meaning. */
const OPERATOR_SETS = { least: 7, most: 25 };

/** Networks have hundreds of nodes, the largest thousands. */
const MOST_NODES = 50_000;

const PLAIN_DOMAINS = ['', 'ai.onnx'];

/** An ONNX file whose parts can be looked up by name. */
export interface SourceGraph {
  readonly path: string;
  readonly nodes: readonly OnnxNode[];
  readonly input: {
    readonly name: string;
    readonly dims: readonly (number | undefined)[];
    readonly channels: number;
  };
  readonly output: string;
  readonly title: string;
  /** The node that makes a tensor. */
  producer(name: string): OnnxNode | undefined;
  /** A tensor that is part of the file. */
  constant(name: string): OnnxTensor | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * @param readBeside gives what the file has put into others; absent: nothing can be read there
 * @throws FileError for bytes that are not a sound ONNX file, or one that says too much
 */
export function readSourceGraph(bytes: Uint8Array, path: string, readBeside?: ReadBeside): SourceGraph {
  const model = decoded(bytes, path);
  const { graph } = model;
  const sound = model.operatorSets.length > 0 && graph !== undefined && graph.nodes.length > 0;
  if (!sound) throw problem(path, 'is not an ONNX file, or has no network in it', 'give an ONNX file');
  const opset = model.operatorSets.find(({ domain = '' }) => PLAIN_DOMAINS.includes(domain))?.version ?? 0;
  if (opset < OPERATOR_SETS.least || opset > OPERATOR_SETS.most) {
    const known = `${OPERATOR_SETS.least} to ${OPERATOR_SETS.most}`;
    throw problem(path, `has operator set ${opset}; known are ${known}`, 'export it with opset_version=17');
  }
  if (graph.nodes.length > MOST_NODES) throw problem(path, `has ${graph.nodes.length} nodes, more than any network`);
  const constants = new Map<string, OnnxTensor>();
  const keep = (name: string, stored: OnnxTensor): void => {
    const tensor = withElements(stored, path, readBeside);
    checkTensor(tensor, path);
    constants.set(name, tensor);
  };
  for (const tensor of graph.initializers) keep(tensor.name ?? '', tensor);
  const producers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) {
    const value = node.opType === 'Constant' ? constantOf(node) : undefined;
    if (value) keep(node.outputs[0] ?? '', value);
    const made = derived(node, constants);
    if (made) constants.set(node.outputs[0] ?? '', made);
    for (const output of node.outputs) producers.set(output, node);
  }
  const metadata = Object.fromEntries(model.metadata.map(({ key = '', value = '' }) => [key, value]));
  return {
    ...{ path, metadata, nodes: graph.nodes, title: graph.name || 'ONNX network' },
    input: inputOf(graph, constants, path),
    output: graph.outputs[0]?.name ?? '',
    producer: (name) => producers.get(name),
    constant: (name) => constants.get(name),
  };
}

/** A tensor of the file as it goes through a node that computes nothing; undefined for other nodes. */
function derived(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): OnnxTensor | undefined {
  const tensor = constants.get(node.inputs[0] ?? '');
  if (!tensor) return undefined;
  switch (node.opType) {
    // PyTorch stores equal weights once, and gives the others by Identity.
    case 'Identity':
      return tensor;
    // Weights are stored as halves by some; numbers are read as f32 in any case.
    case 'Cast':
      return isFloat(tensor.dataType) && isFloat(new Attributes(node).int('to', 0)) ? tensor : undefined;
    case 'Reshape':
      return reshaped(tensor, constants.get(node.inputs[1] ?? ''));
    case 'Transpose':
      return isFloat(tensor.dataType) ? transposed(tensor, new Attributes(node).ints('perm')) : undefined;
    default:
      return undefined;
  }
}

function reshaped(tensor: OnnxTensor, shape: OnnxTensor | undefined): OnnxTensor | undefined {
  if (!shape) return undefined;
  const wanted = integersOf(shape);
  const known = wanted.reduce((product, side) => (side > 0 ? product * side : product), 1);
  const dims = wanted.map((side, axis) => (side === -1 ? elementsOf(tensor) / known : side || tensor.dims[axis] || 0));
  const fits =
    dims.every((side) => Number.isSafeInteger(side)) && elementsOf({ ...tensor, dims }) === elementsOf(tensor);
  return fits ? { ...tensor, dims } : undefined;
}

/** The tensor of a Constant node, which may say it as one or as numbers. */
function constantOf({ attributes }: OnnxNode): OnnxTensor | undefined {
  const attribute = (wanted: string) => attributes.find(({ name }) => name === wanted);
  const tensor = attribute('value')?.tensor;
  if (tensor) return tensor;
  const [int, ints, float, floats] = [
    attribute('value_int')?.int,
    attribute('value_ints')?.ints,
    attribute('value_float')?.float,
    attribute('value_floats')?.floats,
  ];
  if (int !== undefined) return { ...EMPTY, dataType: ELEMENT.i64, int64Data: [int] };
  if (ints) return { ...EMPTY, dims: [ints.length], dataType: ELEMENT.i64, int64Data: ints };
  if (floats) return { ...EMPTY, dims: [floats.length], dataType: ELEMENT.f32, floatData: floats };
  return float === undefined ? undefined : { ...EMPTY, dataType: ELEMENT.f32, floatData: [float] };
}

const EMPTY: OnnxTensor = {
  ...{ dims: [], floatData: [], int32Data: [], int64Data: [], doubleData: [], externalData: [] },
  ...{ name: undefined, dataType: undefined, rawData: undefined, dataLocation: undefined },
};

/** The files beside it that a file has put elements into. @throws FileError for bytes that are not a sound ONNX file */
export function filesBeside(bytes: Uint8Array, path: string): string[] {
  const { graph } = decoded(bytes, path);
  const values = (graph?.nodes ?? []).map(({ attributes }) => attributes.find(({ name }) => name === 'value')?.tensor);
  const tensors = [...(graph?.initializers ?? []), ...values.filter((tensor) => tensor !== undefined)];
  return [...new Set(tensors.map(locationOf).filter((location) => location !== undefined))].sort();
}

function decoded(bytes: Uint8Array, path: string) {
  try {
    return decodeMessage(MODEL, bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw problem(path, `is not an ONNX file, or is damaged: ${error.message}`, 'get an undamaged copy');
  }
}

/** The pictures: the one input that is not a weight (older files list those, too). */
function inputOf(
  { inputs, nodes }: OnnxGraph,
  constants: ReadonlyMap<string, OnnxTensor>,
  path: string,
): SourceGraph['input'] {
  const own = inputs.filter(({ name = '' }) => !constants.has(name));
  const dims = own[0]?.type?.tensor?.shape?.dims.map(({ value }) => value) ?? [];
  if (own.length === 1 && dims.length === 4)
    return { name: own[0]!.name ?? '', dims, channels: dims[1] || firstChannels(nodes, constants) };
  const names = own.slice(0, 4).map(({ name = '' }) => quoted(name));
  throw problem(path, `takes ${names.join(', ') || 'nothing'}, not one input of pictures [N, channels, height, width]`);
}

/** Channels that the first convolution takes, where the input does not say how many it has. */
function firstChannels(nodes: readonly OnnxNode[], constants: ReadonlyMap<string, OnnxTensor>): number {
  const first = nodes.find(({ opType }) => opType === 'Conv');
  const channels = constants.get(first?.inputs[1] ?? '')?.dims[1];
  return channels && first ? channels * new Attributes(first).int('group', 1) : 3;
}

/** Reads the attributes of a node. */
export class Attributes {
  constructor(private readonly node: OnnxNode) {}

  int(name: string, otherwise: number): number {
    return this.node.attributes.find((one) => one.name === name)?.int ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.node.attributes.find((one) => one.name === name)?.float ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.node.attributes.find((one) => one.name === name)?.ints;
  }

  text(name: string): string | undefined {
    return this.node.attributes.find((one) => one.name === name)?.text;
  }
}

/** One number that an input of a node must be; `otherwise` where it has none. @throws FileError where it is computed */
export function scalarInput(graph: SourceGraph, node: OnnxNode, place: number, otherwise: number): number {
  const name = node.inputs[place];
  if (!name) return otherwise;
  const tensor = graph.constant(name);
  if (tensor && elementsOf(tensor) === 1) return floatsOf(tensor)[0]!;
  throw problem(graph.path, `${named(node)}: input ${place} is not a number in the file`);
}

/** Axes of a node: an attribute, or in newer operator sets an input. */
export function axesOf(graph: SourceGraph, node: OnnxNode): readonly number[] | undefined {
  const tensor = node.inputs[1] ? graph.constant(node.inputs[1]) : undefined;
  return new Attributes(node).ints('axes') ?? (tensor && integersOf(tensor));
}
