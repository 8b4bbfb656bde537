import type { OnnxNode } from '../../../io/onnx/schema.js';
import { Attributes, axesOf, type SourceGraph } from './source-graph.js';
import { computes } from './whole-numbers.js';

/** A pool into `bins` x `bins` bins of a map of any size, the tensor `x`. */
export interface BinnedPool {
  readonly x: string;
  readonly bins: number;
  readonly reduce: 'max' | 'mean';
}

const REDUCTIONS: ReadonlyMap<string, BinnedPool['reduce']> = new Map([
  ['ReduceMax', 'max'],
  ['ReduceMean', 'mean'],
]);

/** A MaxRoiPool over one window for each picture, the whole map; undefined for another. */
export function roiLevel(node: OnnxNode, graph: SourceGraph): BinnedPool | undefined {
  const attributes = new Attributes(node);
  const [bins = 0, columns] = attributes.ints('pooled_shape') ?? [];
  const [x = '', windows = ''] = node.inputs;
  if (bins !== columns || bins < 1 || bins > 64 || attributes.float('spatial_scale', 1) !== 1) return undefined;
  const whole = computes(graph, windows, (height, width) => [0, 0, 0, width - 1, height - 1]);
  return whole ? { x, bins, reduce: 'max' } : undefined;
}

/** Bins that are put together of slices, rows first (`slicedBins` writes them); undefined for another Concat. */
export function slicedPool(node: OnnxNode, graph: SourceGraph): BinnedPool | undefined {
  const columns = slices(node, graph, 3);
  const rows = columns && graph.producer(columns.x);
  const above = rows && slices(rows, graph, 2);
  if (!above || above.bins !== columns?.bins || above.reduce !== columns.reduce) return undefined;
  return above;
}

function slices(node: OnnxNode, graph: SourceGraph, axis: 2 | 3): BinnedPool | undefined {
  const bins = node.inputs.length;
  if (node.opType !== 'Concat' || new Attributes(node).int('axis', 0) !== axis || bins > 64) return undefined;
  const parts = node.inputs.map((input, i) => slice(graph, input, axis, i, bins));
  const [first] = parts;
  const alike = parts.every((part) => part && part.x === first!.x && part.reduce === first!.reduce);
  return alike ? first : undefined;
}

function slice(graph: SourceGraph, name: string, axis: 2 | 3, i: number, bins: number): BinnedPool | undefined {
  const value = graph.producer(name);
  const reduce = REDUCTIONS.get(value?.opType ?? '');
  if (!value || !reduce || String(axesOf(graph, value)) !== String(axis)) return undefined;
  if (new Attributes(value).int('keepdims', 1) !== 1) return undefined;
  const cut = graph.producer(value.inputs[0] ?? '');
  if (cut?.opType !== 'Slice') return undefined;
  const [x = '', start = '', end = '', axes = ''] = cut.inputs;
  const cells = (height: number, width: number): number => (axis === 2 ? height : width);
  const fits =
    computes(graph, axes, () => [axis]) &&
    computes(graph, start, (h, w) => [Math.floor((i * cells(h, w)) / bins)]) &&
    computes(graph, end, (h, w) => [Math.ceil(((i + 1) * cells(h, w)) / bins)]);
  return fits ? { x, bins, reduce } : undefined;
}

/** One bin: a reduction over both axes of a map. */
export function wholeMapPool(node: OnnxNode, graph: SourceGraph): BinnedPool | undefined {
  const reduce = REDUCTIONS.get(node.opType ?? '');
  if (!reduce) return undefined;
  const keeps = ({ attributes }: OnnxNode) => attributes.find(({ name }) => name === 'keepdims')?.int ?? 1;
  const axesIn = (one: OnnxNode, rank: number) =>
    [...(axesOf(graph, one) ?? [])].map((axis) => (axis < 0 ? axis + rank : axis)).sort();
  const [x = ''] = node.inputs;
  if (String(axesIn(node, 4)) === '2,3') return { x, bins: 1, reduce };
  // One axis after the other, the last first.
  const inner = graph.producer(x);
  if (!inner || inner.opType !== node.opType || keeps(inner) !== keeps(node)) return undefined;
  const both = [axesIn(inner, 4), axesIn(node, keeps(inner) === 0 ? 3 : 4)];
  return String(both) === '3,2' ? { x: inner.inputs[0] ?? '', bins: 1, reduce } : undefined;
}
