import type { OnnxNode } from '../../../io/onnx/schema.js';
import type { LayerRecord } from '../../layers/index.js';
import { named, problem } from './problem.js';
import { Attributes, type SourceGraph, scalarInput } from './source-graph.js';
import { integersOf } from './tensor-data.js';

/** A map with a border that the windows behind it have to themselves. */
export interface Border {
  /** Cells on each of the four sides. */
  readonly cells: number;
  /** The operator whose own padding is the same. */
  readonly taker: 'Conv' | 'MaxPool';
}

/**
 * The border of a Pad, which becomes the padding of the convolutions (zeros) or max pools (nothing that could be a maximum) behind it.
 * @throws FileError naming the node for what no layer here does
 */
export function borderOf(node: OnnxNode, graph: SourceGraph): Border {
  const fail = (what: string) => problem(graph.path, `${named(node)}: ${what}`);
  const attributes = new Attributes(node);
  const mode = attributes.text('mode') || 'constant';
  if (mode !== 'constant') throw fail(`mode ${mode}; only constant is supported`);
  const tensor = graph.constant(node.inputs[1] ?? '');
  const pads = attributes.ints('pads') ?? (tensor && integersOf(tensor));
  if (!pads) throw fail('its pads are not in the file but computed');
  const listed = graph.constant(node.inputs[3] ?? '');
  const axes = (listed ? integersOf(listed) : [0, 1, 2, 3]).map((axis) => (axis < 0 ? axis + 4 : axis));
  const sides = (axis: number): readonly (number | undefined)[] => {
    const place = axes.indexOf(axis);
    return place < 0 ? [0, 0] : [pads[place], pads[place + axes.length]];
  };
  const [cells = 0] = sides(2);
  const even = [...sides(2), ...sides(3)].every((side) => side === cells) && cells >= 0;
  if (!even || [...sides(0), ...sides(1)].some((side) => side !== 0)) {
    throw fail(`pads ${pads.join(', ')}: only the same on all sides of the map is supported`);
  }
  const value = scalarInput(graph, node, 2, attributes.float('value', 0));
  const taker = value === 0 ? 'Conv' : 'MaxPool';
  if (value !== 0 && value > -3e38) throw fail(`value ${value}; only 0, and -Infinity before a MaxPool, are supported`);
  if (cells === 0) return { cells, taker };
  const takers = graph.nodes.filter(({ inputs }) => node.outputs[0] !== undefined && inputs.includes(node.outputs[0]));
  if (takers.length === 0 || takers.some(({ opType }) => opType !== taker)) {
    throw fail(
      `before ${takers.find(({ opType }) => opType !== taker)?.opType ?? 'the output'}; only before a ${taker} is it supported`,
    );
  }
  return { cells, taker };
}

/** A layer with the border of its map in its padding. */
export function withBorder<L extends LayerRecord>(layer: L, border: Border | undefined): L {
  return border && 'padding' in layer && typeof layer.padding === 'number'
    ? { ...layer, padding: layer.padding + border.cells }
    : layer;
}
