import type { OnnxNode } from '../../../io/onnx/schema.js';
import { globalAveragePool, type JoinLayer } from '../../layers/index.js';
import { roiLevel, slicedPool, wholeMapPool } from './binned-pools.js';
import { biased, gated, scaled } from './fused-nodes.js';
import { borderOf } from './padding.js';
import { PLAIN_NODES } from './plain-nodes.js';
import { POOL_NODES } from './pool-nodes.js';
import { named, problem } from './problem.js';
import { Reading } from './reading.js';
import { Attributes, axesOf, type SourceGraph } from './source-graph.js';
import type { Step, Steps, Value } from './steps.js';
import { integersOf, isFloat } from './tensor-data.js';
import { WEIGHTED_NODES } from './weighted-nodes.js';

/** Reads nodes that change no numbers, or become one layer together with others; undefined where the node is not supported. */
type Reader = (node: OnnxNode, reading: Reading) => Value | undefined;

const same: Reader = ({ inputs }, reading) => reading.value(inputs[0]);

const flattened: Reader = ({ inputs }, reading) => {
  const value = reading.value(inputs[0]);
  const step = value?.border ? reading.step(inputs[0]) : value?.step;
  return step === undefined ? undefined : { ...value, step, flat: true, border: undefined };
};

/** What makes probabilities of scores is applied by whoever asks for them. */
const probabilities: Reader = (node, reading) =>
  isLast(node.outputs[0]!, reading.graph) ? same(node, reading) : undefined;

/** Whether nothing behind a tensor changes its numbers. */
function isLast(name: string, graph: SourceGraph): boolean {
  const takers = graph.nodes.filter(({ inputs }) => inputs.includes(name));
  if (name === graph.output) return takers.length === 0;
  const [{ opType = '', outputs, inputs } = { outputs: [], inputs: [] }, ...others] = takers;
  const keeps = ['Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze'].includes(opType) && inputs[0] === name;
  return keeps && others.length === 0 && isLast(outputs[0] ?? '', graph);
}

const READERS: Readonly<Record<string, Reader>> = {
  Identity: same,
  // Between kinds of floats, as files of halves have it.
  Cast: (node, reading) => (isFloat(new Attributes(node).int('to', 0)) ? same(node, reading) : undefined),

  Pad: (node, reading) => {
    const step = reading.step(node.inputs[0]);
    return step === undefined || reading.value(node.inputs[0])!.flat
      ? undefined
      : { step, flat: false, border: borderOf(node, reading.graph) };
  },

  // Newer sets count axes from behind, too: of a vector the last, of a map, or what a pool left of one, the third.
  Flatten: (node, reading) => {
    const axis = new Attributes(node).int('axis', 1);
    const isPooled = reading.graph.producer(node.inputs[0] ?? '')?.opType === 'GlobalAveragePool';
    const fromBehind = reading.value(node.inputs[0])?.flat && !isPooled ? -1 : -3;
    return axis === 1 || axis === fromBehind ? flattened(node, reading) : undefined;
  },

  Reshape: (node, reading) => (makesVector(node, reading.graph) ? flattened(node, reading) : undefined),

  // Behind a pool into one bin: both axes have one cell.
  Squeeze: (node, reading) => {
    const step = reading.steps.list[reading.value(node.inputs[0])?.step ?? -1];
    const axes = axesOf(reading.graph, node) ?? [];
    // Both at once, or one by one.
    const areOfMap = axes.length > 0 && axes.every((axis) => [2, 3, -1, -2].includes(axis));
    return step?.layer.type === 'globalAveragePool' && areOfMap ? flattened(node, reading) : undefined;
  },

  Softmax: probabilities,
  LogSoftmax: probabilities,

  GlobalAveragePool: (node, reading) => reading.binned({ x: node.inputs[0] ?? '', bins: 1, reduce: 'mean' }, node),
  GlobalMaxPool: (node, reading) => reading.binned({ x: node.inputs[0] ?? '', bins: 1, reduce: 'max' }, node),
  MaxRoiPool: (node, reading) => reading.binned(roiLevel(node, reading.graph), node),
  ReduceMax: (node, reading) => reduced(node, reading),
  ReduceMean: (node, reading) => reduced(node, reading),

  Add: (node, reading) => biased(node, reading) ?? scaled(node, reading) ?? joined(node, reading, 'add'),
  Mul: (node, reading) => gated(node, reading) ?? scaled(node, reading) ?? joined(node, reading, 'mul'),
  Sub: scaled,
  Div: scaled,
  Sum: (node, reading) => joined(node, reading, 'add'),

  Concat: (node, reading) => {
    const pool = slicedPool(node, reading.graph);
    if (pool) return reading.binned(pool, node);
    // The second axis, of maps also the third from behind, of vectors the last.
    const axis = new Attributes(node).int('axis', 0);
    const areFlat = node.inputs.every((input) => reading.value(input)?.flat);
    if (axis !== 1 && axis !== -3 && !(areFlat && axis === -1)) return undefined;
    const values = node.inputs.map((input) => reading.value(input));
    const [first] = values;
    const isPyramid = values.every((value) => value?.levels && value.flat && value.step === first?.step);
    if (!isPyramid) return joined(node, reading, 'concat');
    return { step: first!.step, flat: true, levels: values.flatMap((value) => value!.levels!) };
  },
};

const reduced: Reader = (node, reading) =>
  reading.binned(wholeMapPool(node, reading.graph), node, new Attributes(node).int('keepdims', 1) === 0);

function joined(node: OnnxNode, reading: Reading, type: JoinLayer['type']): Value | undefined {
  const inputs = node.inputs.map((input) => reading.step(input));
  const areMaps = node.inputs.every((input) => reading.value(input)?.flat === false);
  if (!areMaps || inputs.includes(undefined)) return joinedVectors(node, reading, type);
  if (inputs.length === 1) return { step: inputs[0]!, flat: false };
  const name = reading.steps.name(type, undefined);
  return { step: reading.steps.add({ layer: { type, name }, inputs: inputs as number[] }), flat: false };
}

/** Vectors, or what pools left of whole maps: one cell for each channel. */
function joinedVectors({ inputs }: OnnxNode, reading: Reading, type: JoinLayer['type']): Value | undefined {
  const isVector = (input: string) => {
    const value = reading.value(input);
    return value && (value.flat || String(value.levels) === '1' || reading.isMeanOfMap(value.step));
  };
  if (!inputs.every(isVector)) return undefined;
  const steps = inputs.map((input) => reading.vector(input));
  if (steps.includes(undefined)) return undefined;
  const name = reading.steps.name(type, undefined);
  return { step: reading.steps.add({ layer: { type, name }, inputs: steps as number[] }), flat: true };
}

/** Whether a Reshape keeps the first axis and joins the others. */
function makesVector({ inputs }: OnnxNode, graph: SourceGraph): boolean {
  const constant = graph.constant(inputs[1] ?? '');
  if (constant) return integersOf(constant).length === 2;
  // `x.view(x.size(0), -1)`: a list of the batch and what is left.
  const list = graph.producer(inputs[1] ?? '');
  return list?.opType === 'Concat' && list.inputs.length === 2 && graph.constant(list.inputs[1] ?? '') !== undefined;
}

/**
 * The layers of a graph, as far as its output needs them.
 * @throws FileError naming the first node that is not supported
 */
export function readSteps(graph: SourceGraph): { readonly steps: Steps; readonly output: number } {
  const reading = new Reading(graph);
  const { steps } = reading;
  steps.values.set(graph.input.name, { step: -1, flat: false });
  for (const node of neededNodes(graph)) {
    const [output = ''] = node.outputs;
    const value = read(node, reading);
    if (value) steps.values.set(output, value);
  }
  const output = asVector(reading, reading.step(graph.output));
  if (output !== undefined && output >= 0) return { steps, output };
  const node = firstUnread(graph, reading);
  throw problem(graph.path, node ? `${named(node)} is not supported` : 'has no output that its input leads to');
}

/** Kinds that leave a map of one cell as it is; convolutions do where nothing is around it, or they would not fit. */
const CELL_BY_CELL: readonly string[] = ['activation', 'batchnorm', 'conv', 'dropout', 'prelu', 'relu'];

/** Means of whole maps, and convolutions of them, that nothing makes a vector of: how some files end. */
function asVector({ steps }: Reading, place: number | undefined): number | undefined {
  const step = steps.list[place ?? -1];
  if (place === undefined || !step) return place;
  let before: Step | undefined = step;
  while (before && CELL_BY_CELL.includes(before.layer.type)) before = steps.list[before.inputs[0]!];
  if (before?.layer.type !== 'adaptiveavgpool' || before.layer.bins !== 1) return place;
  if (step.layer.type !== 'adaptiveavgpool')
    return steps.add({ layer: globalAveragePool(steps.name('pool', undefined)), inputs: [place] });
  steps.replace(place, { ...step, layer: globalAveragePool(step.layer.name) });
  return place;
}

function read(node: OnnxNode, reading: Reading): Value | undefined {
  const { opType = '', domain = '' } = node;
  if (domain !== '' && domain !== 'ai.onnx') return undefined;
  const own = Object.hasOwn(READERS, opType) ? READERS[opType] : undefined;
  if (own) return own(node, reading);
  const plain = Object.hasOwn(PLAIN_NODES, opType) ? PLAIN_NODES[opType] : undefined;
  const weighted = Object.hasOwn(WEIGHTED_NODES, opType) ? WEIGHTED_NODES[opType] : undefined;
  const windowed = Object.hasOwn(POOL_NODES, opType) ? POOL_NODES[opType] : undefined;
  const reader = plain ?? weighted ?? windowed;
  if (!reader) return undefined;
  const { steps, graph } = reading;
  const pending = windowed || opType === 'Conv' ? reading.value(node.inputs[0])?.border : undefined;
  const place = pending ? reading.value(node.inputs[0])!.step : reading.step(node.inputs[0]);
  if (place === undefined) return undefined;
  const { flat } = reading.value(node.inputs[0])!;
  const inner = steps.mapAt(place);
  const [above, left, below, right] = pending?.sides ?? [0, 0, 0, 0];
  const map = inner && ([inner[0] + above + below, inner[1] + left + right] as const);
  const made = reader(node, {
    graph,
    steps,
    place,
    flat,
    window: { path: graph.path, map },
    ...(pending && { border: pending }),
  });
  const { before = [], layer, parameters = {} } = made;
  return { step: steps.add({ layer, parameters, inputs: [reading.bordered(place, before)] }), flat };
}

/** Nodes that the output is made of, in the order of the file. */
function neededNodes(graph: SourceGraph): OnnxNode[] {
  const needed = new Set<OnnxNode>();
  const open = [graph.output];
  while (open.length > 0) {
    const node = graph.producer(open.pop()!);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) open.push(input);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

/** From the output back to where reading ended: a node without a value, all of whose maps have one. */
function firstUnread(graph: SourceGraph, reading: Reading): OnnxNode | undefined {
  const seen = new Set<OnnxNode>();
  let node = graph.producer(graph.output);
  while (node && !seen.has(node)) {
    seen.add(node);
    const [before] = node.inputs
      .filter((input) => !graph.constant(input) && !reading.value(input))
      .map((input) => graph.producer(input))
      .filter((producer) => producer !== undefined);
    if (!before) return node;
    node = before;
  }
  return node;
}
