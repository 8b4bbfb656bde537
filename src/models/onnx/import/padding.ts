import type { OnnxNode } from '../../../io/onnx/schema.js';
import type { BorderLayer, Sides } from '../../layers/index.js';
import { named, problem } from './problem.js';
import { Attributes, type SourceGraph, scalarInput } from './source-graph.js';
import { integersOf } from './tensor-data.js';
import { numbersOf } from './whole-numbers.js';

/** Cells around a map. */
export type Border = Pick<BorderLayer, 'sides' | 'value'>;

/** @throws FileError naming a Pad that is more than constant cells around a map */
export function borderOf(node: OnnxNode, graph: SourceGraph): Border {
  const fail = (what: string) => problem(graph.path, `${named(node)}: ${what}`);
  const attributes = new Attributes(node);
  const mode = attributes.text('mode') || 'constant';
  if (mode !== 'constant') throw fail(`mode ${mode}; only constant is supported`);
  const pads = attributes.ints('pads') ?? numbersOf(graph, node.inputs[1] ?? '');
  if (!pads) throw fail('its pads are not numbers in the file');
  const listed = graph.constant(node.inputs[3] ?? '');
  const axes = (listed ? integersOf(listed) : [0, 1, 2, 3]).map((axis) => (axis < 0 ? axis + 4 : axis));
  const side = (axis: number, end: 0 | 1): number => {
    const place = axes.indexOf(axis);
    return place < 0 ? 0 : (pads[place + end * axes.length] ?? Number.NaN);
  };
  const sides: Sides = [side(2, 0), side(3, 0), side(2, 1), side(3, 1)];
  const others = [side(0, 0), side(1, 0), side(0, 1), side(1, 1)];
  if (!sides.every((cells) => Number.isSafeInteger(cells) && cells >= 0) || others.some((cells) => cells !== 0)) {
    throw fail(`pads ${pads.join(', ')}: only cells around the map are supported`);
  }
  const value = scalarInput(graph, node, 2, attributes.float('value', 0));
  return { sides, value: value <= -3e38 ? 'least' : value };
}

/** Whether there is any cell. */
export const isBorder = ({ sides }: Border): boolean => sides.some((cells) => cells > 0);

/** Both, one around the other. */
export const around = (a: Sides, b: Sides): Sides => a.map((cells, side) => cells + b[side]!) as unknown as Sides;
