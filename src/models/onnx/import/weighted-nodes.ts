import type { OnnxNode, OnnxTensor } from '../../../io/onnx/schema.js';
import { prelu } from '../../layers/foreign.js';
import { batchNorm, conv, type Fill, fc } from '../../layers/index.js';
import { around, type Border, isBorder } from './padding.js';
import { named, problem } from './problem.js';
import { Attributes, type SourceGraph } from './source-graph.js';
import type { Made, ParameterSource, Reader, Steps } from './steps.js';
import { elementsOf, floatsOf } from './tensor-data.js';
import { asPadding, windowOf } from './windows.js';

/** How layers are filled that are drawn anew, as another head is. */
const FILL: Fill = { weights: 'he', bias: 0 };

/** The added number of our batch normalisation. */
const EPSILON = 1e-5;

const source = (tensor: OnnxTensor, shape: readonly number[] = tensor.dims): ParameterSource => ({
  shape,
  read: () => floatsOf(tensor),
});

function weightOf(node: OnnxNode, place: number, graph: SourceGraph): OnnxTensor {
  const tensor = graph.constant(node.inputs[place] ?? '');
  if (tensor) return tensor;
  throw problem(graph.path, `${named(node)}: its weights are not in the file but computed`);
}

/** Layers that have weights, by operator. */
export const WEIGHTED_NODES: Readonly<Record<string, Reader>> = {
  Conv: (node, { graph, steps, border, window: place }) => {
    const weight = weightOf(node, 1, graph);
    const [outChannels = 0, , height = 0, width = 0] = weight.dims;
    if (weight.dims.length !== 4) throw problem(graph.path, `${named(node)}: only convolutions of maps are supported`);
    const { sides: own, ...window } = windowOf(node, place, [height, width]);
    const zeros = border?.value === 0;
    const sides = zeros ? around(own, border.sides) : own;
    const padding = asPadding(sides);
    const before: Border[] = [
      ...(border && !zeros ? [border] : []),
      ...(padding === undefined ? [{ sides, value: 0 }] : []),
    ];
    const bias = node.inputs[2] ? weightOf(node, 2, graph) : undefined;
    const groups = new Attributes(node).int('group', 1);
    const settings = { ...window, padding: padding ?? 0, groups, fill: FILL, ...(!bias && { bias: false as const }) };
    return {
      layer: conv(steps.name('conv', weight), outChannels, settings),
      parameters: { weight: source(weight), ...(bias && { bias: source(bias) }) },
      before: before.filter(isBorder),
    };
  },

  PRelu: (node, { graph, steps, flat }) => {
    const slope = weightOf(node, 1, graph);
    const count = elementsOf(slope);
    // One for each channel of a map, or feature of a vector: all other sides are 1.
    if (slope.dims.some((side, axis) => side > 1 && axis !== slope.dims.length - (flat ? 1 : 3)))
      throw problem(graph.path, `${named(node)}: its slopes are of shape [${slope.dims}], not one per channel`);
    return {
      layer: prelu(steps.name('prelu', slope, node.name), count === 1),
      parameters: { weight: source(slope, [count]) },
    };
  },

  BatchNormalization: (node, { graph, steps }) => {
    const [weight, bias, mean, variance] = [1, 2, 3, 4].map((place) => weightOf(node, place, graph));
    const added = new Attributes(node).float('epsilon', EPSILON) - EPSILON;
    return {
      layer: batchNorm(steps.name('norm', weight)),
      parameters: {
        weight: source(weight!),
        bias: source(bias!),
        running_mean: source(mean!),
        // Another added number is part of the variance here.
        running_var: { shape: variance!.dims, read: () => floatsOf(variance!).map((value) => value + added) },
      },
    };
  },

  Gemm: (node, { graph, steps }) => {
    const attributes = new Attributes(node);
    if (attributes.int('transA', 0) !== 0) throw problem(graph.path, `${named(node)}: transA is not supported`);
    return linear(node, graph, steps, {
      transposed: attributes.int('transB', 0) !== 0,
      alpha: attributes.float('alpha', 1),
      beta: attributes.float('beta', 1),
    });
  },

  MatMul: (node, { graph, steps }) => linear(node, graph, steps, { transposed: false, alpha: 1, beta: 0 }),
};

/** `alpha` times the product with a matrix, and `beta` times the third input, which may be one number for all outputs. */
interface LinearSettings {
  /** Whether the matrix has a row for each output. */
  readonly transposed: boolean;
  readonly alpha: number;
  readonly beta: number;
}

function linear(node: OnnxNode, graph: SourceGraph, steps: Steps, { transposed, alpha, beta }: LinearSettings): Made {
  const weight = weightOf(node, 1, graph);
  if (weight.dims.length !== 2) throw problem(graph.path, `${named(node)}: its weights are not a matrix`);
  const [out = 0, inside = 0] = transposed ? weight.dims : [...weight.dims].reverse();
  const bias = beta !== 0 && node.inputs[2] ? weightOf(node, 2, graph) : undefined;
  const isEach = bias && bias.dims.at(-1) === out && elementsOf(bias) === out;
  if (bias && !isEach && elementsOf(bias) !== 1)
    throw problem(graph.path, `${named(node)}: its bias is of shape [${bias.dims}], not one number an output`);
  const read = () => (transposed ? floatsOf(weight) : transpose(floatsOf(weight), inside, out));
  const readBias = () => {
    const values = bias ? floatsOf(bias) : new Float32Array(1);
    return times(isEach ? values : new Float32Array(out).fill(values[0]!), beta);
  };
  return {
    layer: fc(steps.name('fc', weight), inside, out, FILL),
    parameters: {
      weight: { shape: [out, inside], read: () => times(read(), alpha) },
      bias: { shape: [out], read: readBias },
    },
  };
}

const times = (values: Float32Array<ArrayBuffer>, factor: number): Float32Array<ArrayBuffer> =>
  factor === 1 ? values : values.map((value) => value * factor);

function transpose(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const turned = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!;
  return turned;
}
