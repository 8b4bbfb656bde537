import type { OnnxNode } from '../../../io/onnx/schema.js';
import { activation, SELU } from '../../layers/foreign.js';
import { type ActivationName, dropout, type LayerRecord, relu } from '../../layers/index.js';
import { named, problem } from './problem.js';
import { Attributes, type SourceGraph, scalarInput } from './source-graph.js';
import type { Reader, Steps } from './steps.js';

type PlainReader = (node: OnnxNode, graph: SourceGraph, steps: Steps) => LayerRecord;

/** Functions that have an operator of their own, and perhaps a number. */
const functionNode =
  (of: ActivationName, kind: string, alpha?: number): PlainReader =>
  (node, _graph, steps) =>
    activation(
      steps.name(kind, undefined, node.name),
      of,
      ...(alpha === undefined ? [] : [new Attributes(node).float('alpha', alpha)]),
    );

/** Layers without weights that take one map or vector, by operator. */
const PLAIN: Readonly<Record<string, PlainReader>> = {
  Relu: (node, _graph, steps) => relu(steps.name('relu', undefined, node.name)),

  Clip: (node, graph, steps) => {
    const attributes = new Attributes(node);
    const least = scalarInput(graph, node, 1, attributes.float('min', Number.NEGATIVE_INFINITY));
    const most = scalarInput(graph, node, 2, attributes.float('max', Number.POSITIVE_INFINITY));
    if (least === 0 && most === 6) return activation(steps.name('relu', undefined, node.name), 'relu6');
    if (least === 0 && most > 3e38) return relu(steps.name('relu', undefined, node.name));
    const bounds = { ...(least > -3e38 && { min: least }), ...(most < 3e38 && { max: most }) };
    return activation(steps.name('clip', undefined, node.name), 'clip', undefined, bounds);
  },

  LeakyRelu: functionNode('leakyRelu', 'relu', 0.01),
  Celu: functionNode('celu', 'elu', 1),
  Elu: functionNode('elu', 'elu', 1),
  ThresholdedRelu: functionNode('thresholdedRelu', 'relu', 1),
  Sigmoid: functionNode('sigmoid', 'sigmoid'),
  Softplus: functionNode('softplus', 'softplus'),
  Tanh: functionNode('tanh', 'tanh'),

  HardSwish: functionNode('hardSwish', 'swish'),

  HardSigmoid: (node, graph, steps) => {
    const beta = new Attributes(node).float('beta', 0.5);
    if (beta !== 0.5) throw problem(graph.path, `${named(node)}: beta ${beta}; only 0.5 is supported`);
    return functionNode('hardSigmoid', 'sigmoid', 0.2)(node, graph, steps);
  },

  Selu: (node, graph, steps) => {
    const attributes = new Attributes(node);
    const [alpha, gamma] = [attributes.float('alpha', SELU.alpha), attributes.float('gamma', SELU.scale)];
    // Some files have them to five digits.
    if (Math.abs(alpha - SELU.alpha) > 1e-5 || Math.abs(gamma - SELU.scale) > 1e-5)
      throw problem(
        graph.path,
        `${named(node)}: alpha ${alpha}, gamma ${gamma}; only ${SELU.alpha} and ${SELU.scale} are supported`,
      );
    return functionNode('selu', 'selu')(node, graph, steps);
  },

  Dropout: (node, graph, steps) => {
    const share = scalarInput(graph, node, 1, new Attributes(node).float('ratio', 0.5));
    return dropout(steps.name('drop', undefined, node.name), share >= 0 && share < 1 ? share : 0.5);
  },

  LRN: (node, graph, steps) => {
    const attributes = new Attributes(node);
    const size = attributes.int('size', 0);
    if (size % 2 !== 1) throw problem(graph.path, `${named(node)}: size ${size}; only odd sizes are supported`);
    const [alpha, beta, k] = [
      attributes.float('alpha', 1e-4),
      attributes.float('beta', 0.75),
      attributes.float('bias', 1),
    ];
    return {
      type: 'lrn',
      name: steps.name('norm', undefined, node.name),
      mode: 'acrossChannels',
      size,
      alpha,
      beta,
      k,
    };
  },
};

/** The same, as readers of steps. */
export const PLAIN_NODES: Readonly<Record<string, Reader>> = Object.fromEntries(
  Object.entries(PLAIN).map(([operator, read]) => [
    operator,
    (node, { graph, steps }) => ({ layer: read(node, graph, steps) }),
  ]),
);
