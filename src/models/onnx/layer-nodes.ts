import type { Pair } from '../../ops/pair.js';
import { graphShapes, isJoin } from '../layers/foreign.js';
import {
  type ActivationShape,
  along,
  type BlockUnit,
  kindOf,
  type LayerRecord,
  type LayerWindow,
} from '../layers/index.js';
import { roiLevels, slicedBins } from './bins.js';
import { type GraphBuilder, real } from './graph-builder.js';

/** What a layer stands in, where its nodes are written. */
export interface NodeContext {
  readonly builder: GraphBuilder;
  /** Section and layer, `features.conv1`: the beginning of its weights' names, and the names of its nodes. */
  readonly name: string;
  /** Shape of its input, without the batch. */
  readonly input: ActivationShape;
  /** Whether its input has no negative numbers. */
  readonly notNegative: boolean;
  /** Whether MaxRoiPool may be used. */
  readonly roiPool: boolean;
}

/** Writes the nodes of a layer behind the tensor `x`, and gives the name of what comes out. */
type LayerNodes<L> = (layer: L, x: string, context: NodeContext) => string;

type Activation = BlockUnit['activation'];

/** The added number of a batch normalisation, PyTorch's and ours. */
const EPSILON = 1e-5;

type Sliding = Pick<LayerWindow, 'kernel'> & Partial<Omit<LayerWindow, 'ceilMode'>>;

const rowsAndColumns = (pair: Pair) => [along(pair, 0), along(pair, 1)];

/** A window's attributes. */
function windowAttributes({ kernel, stride = 1, padding = 0, dilation }: Sliding) {
  return {
    kernel_shape: rowsAndColumns(kernel),
    strides: rowsAndColumns(stride),
    pads: [...rowsAndColumns(padding), ...rowsAndColumns(padding)],
    ...(dilation !== undefined && { dilations: rowsAndColumns(dilation) }),
  };
}

function convolution(
  builder: GraphBuilder,
  name: string,
  x: string,
  { groups = 1, bias, ...window }: Sliding & { readonly groups?: number; readonly bias: boolean },
): string {
  const weights = bias ? [`${name}.weight`, `${name}.bias`] : [`${name}.weight`];
  return builder.node('Conv', name, [x, ...weights], { ...windowAttributes(window), group: groups });
}

function normalised(builder: GraphBuilder, name: string, x: string): string {
  const weights = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => `${name}.${part}`);
  return builder.node('BatchNormalization', name, [x, ...weights], { epsilon: real(EPSILON) });
}

function activated(builder: GraphBuilder, name: string, x: string, activation: Activation): string {
  if (activation === 'none') return x;
  if (activation === 'relu') return builder.node('Relu', `${name}/relu`, [x]);
  return builder.node('Clip', `${name}/relu6`, [x, builder.reals(0), builder.reals(6)]);
}

/** A vector of each image; what is one already stays. */
const flat = ({ builder, name, input }: NodeContext, x: string): string =>
  input.length === 1 ? x : builder.node('Flatten', `${name}/flat`, [x], { axis: 1 });

/** The nodes of every kind of layer; the compiler asks for a missing one. */
const LAYER_NODES: { readonly [Type in LayerRecord['type']]: LayerNodes<Extract<LayerRecord, { type: Type }>> } = {
  activation: ({ function: of, slope, min, max }, x, { builder, name }) => {
    const hardSigmoid = (label: string, alpha: number) =>
      builder.node('HardSigmoid', label, [x], { alpha: real(alpha), beta: real(0.5) });
    switch (of) {
      case 'relu6':
        return activated(builder, name, x, of);
      case 'leakyRelu':
        return builder.node('LeakyRelu', name, [x], { alpha: real(slope ?? 0.01) });
      case 'clip': {
        const bounds = [min, max].map((bound) => (bound === undefined ? '' : builder.reals(bound)));
        return builder.node('Clip', name, [x, ...bounds]);
      }
      case 'celu':
        return builder.node('Celu', name, [x], { alpha: real(slope ?? 1) });
      case 'thresholdedRelu':
        return builder.node('ThresholdedRelu', name, [x], { alpha: real(slope ?? 1) });
      case 'elu':
        return builder.node('Elu', name, [x], { alpha: real(slope ?? 1) });
      case 'hardSigmoid':
        return hardSigmoid(name, slope ?? 0.2);
      // The operators of these names came with operator sets 14 and 24.
      case 'hardSwish':
        return builder.node('Mul', name, [x, hardSigmoid(`${name}/gate`, 1 / 6)]);
      case 'silu':
        return builder.node('Mul', name, [x, builder.node('Sigmoid', `${name}/gate`, [x])]);
      default:
        return builder.node({ selu: 'Selu', sigmoid: 'Sigmoid', softplus: 'Softplus', tanh: 'Tanh' }[of], name, [x]);
    }
  },

  adaptiveavgpool: ({ bins }, x, { builder, name }) => slicedBins(builder, name, x, bins, 'ReduceMean'),

  avgpool: ({ ceilMode, countIncludePad, border, ...window }, x, { builder, name }) =>
    builder.node('AveragePool', name, [x], {
      ...windowAttributes(window),
      ...(border && { pads: border }),
      ceil_mode: ceilMode ? 1 : 0,
      count_include_pad: countIncludePad ? 1 : 0,
    }),

  batchnorm: (_layer, x, { builder, name }) => normalised(builder, name, x),

  block: ({ units, shortcut, activation }, x, { builder, name }) => {
    const run = (unit: BlockUnit, from: string): string => {
      const maps = convolution(builder, `${name}.${unit.conv}`, from, { ...unit, bias: false });
      const norm = `${name}.${unit.norm}`;
      return activated(builder, norm, normalised(builder, norm, maps), unit.activation);
    };
    const main = units.reduce((from, unit) => run(unit, from), x);
    if (shortcut === 'none') return activated(builder, name, main, activation);
    const sum = builder.node('Add', `${name}/sum`, [main, shortcut === 'identity' ? x : run(shortcut, x)]);
    return activated(builder, name, sum, activation);
  },

  border: ({ sides: [above, left, below, right], value }, x, { builder, name }) => {
    const pads = builder.integers([0, 0, above, left, 0, 0, below, right]);
    return builder.node('Pad', name, [x, pads, builder.reals(value !== 'least' ? value : Number.NEGATIVE_INFINITY)]);
  },

  conv: (layer, x, { builder, name }) => convolution(builder, name, x, { ...layer, bias: layer.bias !== false }),

  // Only training drops anything.
  dropout: (_layer, x) => x,

  fc: (_layer, x, context) => {
    const { builder, name } = context;
    return builder.node('Gemm', name, [flat(context, x), `${name}.weight`, `${name}.bias`], { transB: 1 });
  },

  fire: (_layer, x, { builder, name }) => {
    const part = (each: string, from: string, kernel: number): string => {
      const own = `${name}.${each}`;
      const maps = convolution(builder, own, from, { kernel, padding: (kernel - 1) / 2, bias: true });
      return activated(builder, own, maps, 'relu');
    };
    const squeezed = part('squeeze1x1', x, 1);
    const expanded = [part('expand1x1', squeezed, 1), part('expand3x3', squeezed, 3)];
    return builder.node('Concat', name, expanded, { axis: 1 });
  },

  flatten: (_layer, x, context) => flat(context, x),

  globalAveragePool: (_layer, x, { builder, name }) =>
    builder.node('Flatten', `${name}/flat`, [builder.node('GlobalAveragePool', name, [x])], { axis: 1 }),

  graph: (graph, x, context) => {
    const { builder, name } = context;
    const shapes = graphShapes(graph, context.input, kindOf);
    const values: string[] = [];
    for (const [i, { layer, inputs }] of graph.nodes.entries()) {
      const given = inputs.map((place) => (place < 0 ? x : values[place]!));
      const own = `${name}.${layer.name}`;
      if (!isJoin(layer))
        values.push(layerNodes(layer, given[0]!, { ...context, name: own, input: shapes[i]!, notNegative: false }));
      else if (layer.type === 'concat') values.push(builder.node('Concat', own, given, { axis: 1 }));
      else {
        const operator = layer.type === 'add' ? 'Add' : 'Mul';
        values.push(given.reduce((sum, value) => builder.node(operator, own, [sum, value])));
      }
    }
    return values.at(-1)!;
  },

  lrn: ({ mode, size, alpha, beta, k }, x, { builder, name }) => {
    if (mode === 'acrossChannels') {
      return builder.node('LRN', name, [x], { size, alpha: real(alpha), beta: real(beta), bias: real(k) });
    }
    // ONNX knows only the one across channels. A mean over the padded square is Caffe's sum over size * size.
    const squares = builder.node('Mul', `${name}/squares`, [x, x]);
    const window = windowAttributes({ kernel: size, padding: (size - 1) / 2 });
    const mean = builder.node('AveragePool', `${name}/mean`, [squares], { ...window, count_include_pad: 1 });
    const scaled = builder.node('Mul', `${name}/scaled`, [mean, builder.reals(alpha)]);
    const sum = builder.node('Add', `${name}/sum`, [scaled, builder.reals(k)]);
    const factor = builder.node('Pow', `${name}/factor`, [sum, builder.reals(-beta)]);
    return builder.node('Mul', name, [x, factor]);
  },

  maxpool: ({ ceilMode, ...window }, x, { builder, name }) =>
    builder.node('MaxPool', name, [x], { ...windowAttributes(window), ceil_mode: ceilMode ? 1 : 0 }),

  prelu: (_layer, x, { builder, name, input }) => {
    const shape = builder.integers(input.length === 1 ? [-1] : [-1, 1, 1]);
    const slope = builder.node('Reshape', `${name}/slope`, [`${name}.weight`, shape]);
    return builder.node('PRelu', name, [x, slope]);
  },

  relu: (_layer, x, { builder, name }) => builder.node('Relu', name, [x]),

  spp: ({ levels }, x, { builder, name, roiPool, notNegative }) => {
    const pooled =
      roiPool && notNegative
        ? roiLevels(builder, name, x, levels)
        : levels.map((n) => slicedBins(builder, name, x, n, 'ReduceMax'));
    const vectors = pooled.map((level) => builder.node('Flatten', `${level}/flat`, [level], { axis: 1 }));
    return vectors.length === 1 ? vectors[0]! : builder.node('Concat', name, vectors, { axis: 1 });
  },
};

/** Writes the nodes of a layer of any kind. */
export function layerNodes(layer: LayerRecord, x: string, context: NodeContext): string {
  const write = LAYER_NODES[layer.type] as LayerNodes<LayerRecord>;
  return write(layer, x, context);
}
