import type { OnnxNode } from '../../../io/onnx/schema.js';
import { avgPool } from '../../layers/foreign.js';
import { along, type LayerWindow, maxPool } from '../../layers/index.js';
import { around, type Border, isBorder } from './padding.js';
import { named, problem } from './problem.js';
import { Attributes } from './source-graph.js';
import type { Made, Reader, ReadInput } from './steps.js';
import { asPadding, type SourceWindow, windowOf } from './windows.js';

/** The padding of a window as the op of a pool takes it: at most half of the kernel, the same on opposite sides. */
function poolPadding({ kernel, sides }: SourceWindow): LayerWindow['padding'] | undefined {
  const padding = asPadding(sides);
  const fits =
    padding !== undefined && ([0, 1] as const).every((axis) => 2 * along(padding, axis) <= along(kernel, axis));
  return fits ? padding : undefined;
}

const isCeiling = (node: OnnxNode): boolean => new Attributes(node).int('ceil_mode', 0) !== 0;

/** Whether windows end where the map does: those that move by one cell, and those whose pads are made for the map. */
function leavesNothing(node: OnnxNode, { kernel, stride, dilation = 1 }: SourceWindow): boolean {
  const isSame = new Attributes(node).text('auto_pad')?.startsWith('SAME') ?? false;
  return ([0, 1] as const).every((axis) => {
    const reach = along(dilation, axis) * (along(kernel, axis) - 1) + 1;
    return along(stride, axis) === 1 || (isSame && reach >= along(stride, axis));
  });
}

/** Rounding up is the op's own, and goes with its own padding alone. */
function roundsUp(
  node: OnnxNode,
  path: string,
  window: SourceWindow,
  padding: LayerWindow['padding'] | undefined,
): boolean {
  if (!isCeiling(node) || leavesNothing(node, window)) return false;
  if (padding !== undefined) return true;
  throw problem(
    path,
    `${named(node)}: ceil_mode with pads that differ, or exceed half of the kernel, is not supported`,
  );
}

/** Zeros around a map are as nothing for a maximum where no number is below them and every window has a cell of the map. */
function isNothing(
  { sides, value }: Border,
  { kernel, dilation, sides: own }: SourceWindow,
  input: ReadInput,
): boolean {
  if (value === 'least') return true;
  if (value !== 0 || !input.steps.notNegative(input.place) || dilation !== undefined) return false;
  return around(sides, own).every((cells, side) => cells < along(kernel, side % 2 === 0 ? 0 : 1));
}

/** Pools with windows, by operator. */
export const POOL_NODES: Readonly<Record<string, Reader>> = {
  MaxPool: (node, input): Made => {
    const { graph, steps, border } = input;
    let window = windowOf(node, input.window);
    const before: Border[] = [];
    if (border && !isCeiling(node) && isNothing(border, window, input))
      window = { ...window, sides: around(window.sides, border.sides) };
    else if (border) before.push(border);
    const padding = poolPadding(window);
    if (padding === undefined) before.push({ sides: window.sides, value: 'least' });
    const ceilMode = roundsUp(node, graph.path, window, padding);
    const { kernel, stride, dilation } = window;
    const name = steps.name('pool', undefined, node.name);
    const settings = { kernel, stride, padding: padding ?? 0, ceilMode, ...(dilation !== undefined && { dilation }) };
    return { layer: maxPool(name, settings), before: before.filter(isBorder) };
  },

  AveragePool: (node, input): Made => {
    const { graph, steps, border } = input;
    const attributes = new Attributes(node);
    let window = windowOf(node, input.window);
    if (window.dilation !== undefined) throw problem(graph.path, `${named(node)}: dilations are not supported`);
    let counts = attributes.int('count_include_pad', 0) !== 0;
    const before: Border[] = [];
    const bare = window.sides.every((cells) => cells === 0);
    if (border?.value === 0 && (bare || counts) && !isCeiling(node)) {
      window = { ...window, sides: around(window.sides, border.sides) };
      counts = true;
    } else if (border) before.push(border);
    const padding = poolPadding(window);
    if (padding === undefined && counts) before.push({ sides: window.sides, value: 0 });
    const beside = padding === undefined && !counts ? { border: window.sides } : {};
    const ceilMode = roundsUp(node, graph.path, window, padding);
    const { kernel, stride } = window;
    const name = steps.name('pool', undefined, node.name);
    return {
      layer: avgPool(name, { kernel, stride, padding: padding ?? 0, ceilMode, countIncludePad: counts, ...beside }),
      before: before.filter(isBorder),
    };
  },
};
