import { type GraphBuilder, real } from './graph-builder.js';

/**
 * The largest numbers of the bins of some levels as MaxRoiPool nodes over one window, the whole map: ONNX Runtime computes their
 * edges in f32, and they are the paper's for every map of up to 4,000 cells a side. Its maximum starts above 0, so the map
 * must not be negative.
 * @returns the names of the levels' outputs, `[N, C, n, n]`
 */
export function roiLevels(builder: GraphBuilder, name: string, x: string, levels: readonly number[]): string[] {
  const windows = wholeMapWindows(builder, name, x);
  return levels.map((n) =>
    builder.node('MaxRoiPool', `${name}/${n}x${n}`, [x, windows], { pooled_shape: [n, n], spatial_scale: real(1) }),
  );
}

/** A row (image, 0, 0, width - 1, height - 1) for each image. */
function wholeMapWindows(builder: GraphBuilder, name: string, x: string): string {
  const step = (op: string, label: string, inputs: readonly string[], attributes = {}): string =>
    builder.node(op, `${name}/${label}`, inputs, attributes);
  const shape = step('Shape', 'shape', [x]);
  const count = step('Gather', 'count', [shape, builder.integers(0)]);
  const images = step('Range', 'images', [builder.integers(0), count, builder.integers(1)]);
  const column = step('Reshape', 'image column', [images, builder.integers([-1, 1])]);
  const sides = step('Gather', 'sides', [shape, builder.integers([3, 2])]);
  const last = step('Sub', 'last cells', [sides, builder.integers(1)]);
  const corners = step('Concat', 'corners', [builder.integers([0, 0, 0]), last], { axis: 0 });
  const first = step('Mul', 'image columns', [column, builder.integers([1, 0, 0, 0, 0])]);
  return step('Cast', 'windows', [step('Add', 'whole maps', [first, corners])], { to: 1 });
}

/**
 * Bins of a map of any size, of standard nodes alone: rows of bins first, then columns, each bin a slice whose edges
 * floor(i a / n) and ceil((i + 1) a / n) are computed in whole numbers.
 * @returns the name of the output, `[N, C, n, n]`
 */
export function slicedBins(
  builder: GraphBuilder,
  name: string,
  x: string,
  n: number,
  reduce: 'ReduceMax' | 'ReduceMean',
): string {
  if (n === 1) return builder.node(reduce, `${name}/1x1`, [x], { axes: [2, 3], keepdims: 1 });
  const rows = slicedAxis(builder, `${name}/${n} rows`, x, n, 2, reduce);
  return slicedAxis(builder, `${name}/${n} columns`, rows, n, 3, reduce);
}

function slicedAxis(builder: GraphBuilder, name: string, x: string, n: number, axis: 2 | 3, reduce: string): string {
  const step = (op: string, label: string, inputs: readonly string[], attributes = {}): string =>
    builder.node(op, `${name}/${label}`, inputs, attributes);
  const each = (first: number): string => builder.integers(Array.from({ length: n }, (_, i) => i + first));
  const cells = step('Gather', 'cells', [step('Shape', 'shape', [x]), builder.integers([axis])]);
  const bins = builder.integers(n);
  const starts = step('Div', 'starts', [step('Mul', 'cells before', [cells, each(0)]), bins]);
  const upTo = step('Add', 'rounded up', [step('Mul', 'cells up to', [cells, each(1)]), builder.integers(n - 1)]);
  const ends = step('Div', 'ends', [upTo, bins]);
  const [from, to] = [starts, ends].map((edges, i) =>
    builder.nodeWithOutputs('Split', `${name}/${i === 0 ? 'start' : 'end'}`, [edges], n, { axis: 0 }),
  );
  const parts = from!.map((start, i) => {
    const slice = step('Slice', `bin ${i}`, [x, start, to![i]!, builder.integers([axis])]);
    return step(reduce, `value ${i}`, [slice], { axes: [axis], keepdims: 1 });
  });
  return step('Concat', 'bins', parts, { axis });
}
