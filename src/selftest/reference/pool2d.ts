/** Max and average pooling with kernel, stride, padding, dilation, floor and ceil mode, as PyTorch and Caffe count. */
import { type NdArray, nd, pair, sizeOf } from './nd.js';

export interface PoolAttrs {
  kernelSize: number | readonly number[];
  stride?: number | readonly number[];
  padding?: number | readonly number[];
  dilation?: number | readonly number[];
  ceilMode?: boolean;
  countIncludePad?: boolean;
}

interface Axis {
  size: number;
  kernel: number;
  stride: number;
  padding: number;
  dilation: number;
  /** Number of windows. */
  count: number;
}

/** floor or ceil of the count; in ceil mode a last window must start inside the map or the padding before it. */
function windowCount(axis: Omit<Axis, 'count'>, ceilMode: boolean): number {
  const { size, kernel, stride, padding, dilation } = axis;
  const room = size + 2 * padding - dilation * (kernel - 1) - 1;
  if (!ceilMode) return Math.floor(room / stride) + 1;
  const count = Math.ceil(room / stride) + 1;
  return (count - 1) * stride >= size + padding ? count - 1 : count;
}

function axesOf(x: NdArray, attrs: PoolAttrs): [Axis, Axis] {
  const axis = (i: 0 | 1): Axis => {
    const kernel = pair(attrs.kernelSize)[i];
    const shared = {
      size: x.shape[2 + i]!,
      kernel,
      stride: attrs.stride === undefined ? kernel : pair(attrs.stride)[i],
      padding: pair(attrs.padding ?? 0)[i],
      dilation: pair(attrs.dilation ?? 1)[i],
    };
    return { ...shared, count: windowCount(shared, attrs.ceilMode ?? false) };
  };
  return [axis(0), axis(1)];
}

/** The cells of window `k` that lie inside the map. */
function cellsOf(axis: Axis, k: number): number[] {
  const cells = Array.from({ length: axis.kernel }, (_, i) => k * axis.stride - axis.padding + i * axis.dilation);
  return cells.filter((cell) => cell >= 0 && cell < axis.size);
}

/** How many cells window `k` covers when the padding counts too (but nothing behind the padding does). */
function paddedLength(axis: Axis, k: number): number {
  const start = k * axis.stride - axis.padding;
  return Math.min(start + axis.kernel, axis.size + axis.padding) - start;
}

/** Flat position, in one map, of the first NaN or else the first maximum over the given rows and columns; -1 for none. */
export function argmaxOver(x: NdArray, plane: number, rows: readonly number[], columns: readonly number[]): number {
  const { data } = x;
  const width = x.shape[3]!;
  const base = plane * x.shape[2]! * width;
  let best = -1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) {
    const line = rows[i]! * width;
    for (let j = 0; j < columns.length; j++) {
      const position = line + columns[j]!;
      const value = data[base + position]!;
      if (value > largest || best < 0) {
        best = position;
        largest = value;
      }
      if (Number.isNaN(value)) return position;
    }
  }
  return best;
}

/** Output and, beside it, the flat position in the H*W map of each window's first maximum. */
export function maxPool2dWithIndices(x: NdArray, attrs: PoolAttrs): { output: NdArray; indices: NdArray } {
  const [vertical, horizontal] = axesOf(x, attrs);
  const shape = [x.shape[0]!, x.shape[1]!, vertical.count, horizontal.count];
  const output = nd(shape);
  const indices = nd(shape, undefined, 'i32');
  const area = x.shape[2]! * x.shape[3]!;
  const [rows, columns] = [vertical, horizontal].map((axis) => {
    return Array.from({ length: axis.count }, (_, k) => cellsOf(axis, k));
  }) as [number[][], number[][]];
  for (let i = 0; i < output.data.length; i++) {
    const plane = Math.floor(i / (vertical.count * horizontal.count));
    const row = Math.floor(i / horizontal.count) % vertical.count;
    const position = argmaxOver(x, plane, rows[row]!, columns[i % horizontal.count]!);
    indices.data[i] = position;
    output.data[i] = position < 0 ? -Infinity : x.data[plane * area + position]!;
  }
  return { output, indices };
}

/** The whole gradient of a window goes to its first maximum, if it has a cell. */
export function maxPool2dVjp(x: NdArray, g: NdArray, attrs: PoolAttrs): NdArray {
  const { indices } = maxPool2dWithIndices(x, attrs);
  const out = nd(x.shape);
  const area = x.shape[2]! * x.shape[3]!;
  const windows = indices.shape[2]! * indices.shape[3]!;
  indices.data.forEach((position, i) => {
    if (position >= 0) out.data[Math.floor(i / windows) * area + position]! += g.data[i]!;
  });
  return out;
}

interface AveragedWindow {
  /** Flat index in the output. */
  output: number;
  /** Flat indices in the input of the cells that lie in the map. */
  cells: number[];
  divisor: number;
}

function averagedWindows(x: NdArray, attrs: PoolAttrs): { shape: number[]; windows: AveragedWindow[] } {
  const [vertical, horizontal] = axesOf(x, attrs);
  const shape = [x.shape[0]!, x.shape[1]!, vertical.count, horizontal.count];
  const [, , height, width] = x.shape as [number, number, number, number];
  const windows = Array.from({ length: sizeOf(shape) }, (_, output) => {
    const plane = Math.floor(output / (vertical.count * horizontal.count));
    const down = Math.floor(output / horizontal.count) % vertical.count;
    const along = output % horizontal.count;
    const columns = cellsOf(horizontal, along);
    const cells = cellsOf(vertical, down).flatMap((row) => columns.map((c) => (plane * height + row) * width + c));
    const padded = paddedLength(vertical, down) * paddedLength(horizontal, along);
    return { output, cells, divisor: (attrs.countIncludePad ?? true) ? padded : cells.length };
  });
  return { shape, windows };
}

/** Mean over each window; `countIncludePad` divides by the window's cells with the padding, else by those in the map. */
export function avgPool2d(x: NdArray, attrs: PoolAttrs): NdArray {
  const { shape, windows } = averagedWindows(x, attrs);
  return nd(
    shape,
    windows.map(({ cells, divisor }) => cells.reduce((sum, cell) => sum + x.data[cell]!, 0) / divisor),
  );
}

/** Each cell of a window gets its equal share. */
export function avgPool2dVjp(x: NdArray, g: NdArray, attrs: PoolAttrs): NdArray {
  const out = nd(x.shape);
  for (const { output, cells, divisor } of averagedWindows(x, attrs).windows) {
    for (const cell of cells) out.data[cell]! += g.data[output]! / divisor;
  }
  return out;
}
