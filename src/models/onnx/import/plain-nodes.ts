import type { OnnxNode } from '../../../io/onnx/schema.js';
import { activation, avgPool, dropout, type LayerRecord, maxPool, relu } from '../../layers/index.js';
import { named, problem } from './problem.js';
import { Attributes, type SourceGraph, scalarInput } from './source-graph.js';
import type { Steps } from './steps.js';
import { squareWindow } from './windows.js';

type Reader = (node: OnnxNode, graph: SourceGraph, steps: Steps) => LayerRecord;

/** Layers without weights that take one map or vector, by operator. */
export const PLAIN_NODES: Readonly<Record<string, Reader>> = {
  Relu: (node, _graph, steps) => relu(steps.name('relu', undefined, node.name)),

  Clip: (node, graph, steps) => {
    const attributes = new Attributes(node);
    const least = scalarInput(graph, node, 1, attributes.float('min', Number.NEGATIVE_INFINITY));
    const most = scalarInput(graph, node, 2, attributes.float('max', Number.POSITIVE_INFINITY));
    if (least === 0 && most === 6) return activation(steps.name('relu', undefined, node.name), 'relu6');
    if (least === 0 && most > 3e38) return relu(steps.name('relu', undefined, node.name));
    throw problem(graph.path, `${named(node)}: from ${least} to ${most}; only from 0 to 6, or from 0, is supported`);
  },

  LeakyRelu: (node, _graph, steps) =>
    activation(steps.name('relu', undefined, node.name), 'leakyRelu', new Attributes(node).float('alpha', 0.01)),

  HardSwish: (node, _graph, steps) => activation(steps.name('swish', undefined, node.name), 'hardSwish'),

  Dropout: (node, graph, steps) => {
    const share = scalarInput(graph, node, 1, new Attributes(node).float('ratio', 0.5));
    return dropout(steps.name('drop', undefined, node.name), share >= 0 && share < 1 ? share : 0.5);
  },

  MaxPool: (node, graph, steps) => {
    if (node.outputs.length > 1 && node.outputs[1])
      throw problem(graph.path, `${named(node)}: indices are not supported`);
    const ceilMode = new Attributes(node).int('ceil_mode', 0) !== 0;
    return maxPool(steps.name('pool', undefined, node.name), { ...squareWindow(node, graph.path), ceilMode });
  },

  AveragePool: (node, graph, steps) => {
    const attributes = new Attributes(node);
    return avgPool(steps.name('pool', undefined, node.name), {
      ...squareWindow(node, graph.path),
      ceilMode: attributes.int('ceil_mode', 0) !== 0,
      countIncludePad: attributes.int('count_include_pad', 0) !== 0,
    });
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
