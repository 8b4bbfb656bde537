/** Spatial pyramid pooling and its one-level relative, adaptive pooling. */
import { bin } from './bins.js';
import { build, type NdArray, nd, pair } from './nd.js';
import { argmaxOver } from './pool2d.js';

type Mode = 'max' | 'avg';

/** A rectangle of one image's map in cells, half-open. */
interface Window {
  image: number;
  y0: number;
  x0: number;
  y1: number;
  x1: number;
}

interface Bin {
  /** Flat index in the output. */
  output: number;
  /** Which of the N*C maps. */
  plane: number;
  rows: number[];
  columns: number[];
}

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

/** Half-open and at least one cell, of an image and a map that exist. */
function isUsable({ image, y0, x0, y1, x1 }: Window, x: NdArray): boolean {
  const [images, , height, width] = x.shape as [number, number, number, number];
  return image >= 0 && image < images && y0 >= 0 && x0 >= 0 && y0 < y1 && x0 < x1 && y1 <= height && x1 <= width;
}

/**
 * Calls `visit` for every bin of every window: windows, then levels as given, then channel, row, column. The bins of a window
 * that leaves the map have no cells.
 * @param channelStep only every so many channels
 */
export function forEachBin(
  x: NdArray,
  levels: readonly number[],
  windows: readonly Window[],
  visit: (bin: Bin) => void,
  channelStep = 1,
): void {
  const channels = x.shape[1]!;
  let first = 0;
  for (const window of windows) {
    const usable = isUsable(window, x);
    const { image, y0, x0, y1, x1 } = window;
    for (const level of levels) {
      const cells = (from: number, to: number) =>
        range(0, level).map((i) => {
          const [start, end] = bin(i, level, to - from);
          return usable ? range(from + start, from + end) : [];
        });
      const [rowsOf, columnsOf] = [cells(y0, y1), cells(x0, x1)];
      for (let channel = 0; channel < channels; channel += channelStep)
        for (const [row, rows] of rowsOf.entries())
          for (const [column, columns] of columnsOf.entries())
            visit({
              output: first + (channel * level + row) * level + column,
              plane: image * channels + channel,
              rows,
              columns,
            });
      first += channels * level * level;
    }
  }
}

export function windowsOf(x: NdArray, windows: NdArray | null): Window[] {
  const [images, , y1, x1] = x.shape as [number, number, number, number];
  if (!windows) return range(0, images).map((image) => ({ image, y0: 0, x0: 0, y1, x1 }));
  return range(0, windows.shape[0]!).map((r) => {
    const [image, top, left, bottom, right] = [...windows.data.subarray(5 * r, 5 * r + 5)];
    return { image: image!, y0: top!, x0: left!, y1: bottom!, x1: right! };
  });
}

/** The cells of `bin` in row-major order, as flat indices of the whole input. */
function cellsOf(x: NdArray, { plane, rows, columns }: Bin): number[] {
  const [, , height, width] = x.shape as [number, number, number, number];
  return rows.flatMap((row) => columns.map((column) => (plane * height + row) * width + column));
}

/**
 * x[N,C,H,W] (or its windows i32[R,5] = image, y0, x0, y1, x1) -> [N or R, C * sum of level^2].
 * A window that leaves the map, or is empty, gives NaN and gets no gradient.
 */
export function spatialPyramidPool(
  x: NdArray,
  levels: readonly number[],
  windows: NdArray | null = null,
  mode: Mode = 'max',
): NdArray {
  const list = windowsOf(x, windows);
  const features = x.shape[1]! * levels.reduce((sum, n) => sum + n * n, 0);
  const y = nd([list.length, features]);
  const area = x.shape[2]! * x.shape[3]!;
  forEachBin(x, levels, list, (item) => {
    if (item.rows.length === 0) y.data[item.output] = Number.NaN;
    else if (mode === 'max') {
      y.data[item.output] = x.data[item.plane * area + argmaxOver(x, item.plane, item.rows, item.columns)]!;
    } else {
      const cells = cellsOf(x, item);
      y.data[item.output] = cells.reduce((sum, cell) => sum + x.data[cell]!, 0) / cells.length;
    }
  });
  return y;
}

/** Gradient to x: a maximum's goes to its first cell, an average's is shared; overlapping bins and levels add up. */
export function spatialPyramidPoolVjp(
  x: NdArray,
  g: NdArray,
  levels: readonly number[],
  windows: NdArray | null = null,
  mode: Mode = 'max',
): NdArray {
  const out = nd(x.shape);
  const area = x.shape[2]! * x.shape[3]!;
  forEachBin(x, levels, windowsOf(x, windows), (item) => {
    const up = g.data[item.output]!;
    if (item.rows.length === 0) return;
    if (mode === 'max') {
      out.data[item.plane * area + argmaxOver(x, item.plane, item.rows, item.columns)]! += up;
    } else {
      const cells = cellsOf(x, item);
      for (const cell of cells) out.data[cell]! += up / cells.length;
    }
  });
  return out;
}

function adaptive(x: NdArray, outputSize: number | readonly number[], pick: (item: Bin) => number): NdArray {
  const [height, width] = pair(outputSize);
  return build([x.shape[0]!, x.shape[1]!, height, width], ([n, c, row, column]) => {
    const rows = range(...bin(row!, height, x.shape[2]!));
    const columns = range(...bin(column!, width, x.shape[3]!));
    return pick({ output: 0, plane: n! * x.shape[1]! + c!, rows, columns });
  });
}

/** The maximum of each bin of an outputSize grid laid over the map. */
export function adaptiveMaxPool2d(x: NdArray, outputSize: number | readonly number[]): NdArray {
  const area = x.shape[2]! * x.shape[3]!;
  return adaptive(
    x,
    outputSize,
    (item) => x.data[item.plane * area + argmaxOver(x, item.plane, item.rows, item.columns)]!,
  );
}

/** Gradient of adaptive max pooling: to each bin's first maximum. */
export function adaptiveMaxPool2dVjp(x: NdArray, g: NdArray, outputSize: number | readonly number[]): NdArray {
  const out = nd(x.shape);
  const area = x.shape[2]! * x.shape[3]!;
  let output = 0;
  adaptive(x, outputSize, (item) => {
    out.data[item.plane * area + argmaxOver(x, item.plane, item.rows, item.columns)]! += g.data[output++]!;
    return 0;
  });
  return out;
}

/** The mean of each bin of an outputSize grid laid over the map. */
export function adaptiveAvgPool2d(x: NdArray, outputSize: number | readonly number[]): NdArray {
  return adaptive(x, outputSize, (item) => {
    const cells = cellsOf(x, item);
    return cells.reduce((sum, cell) => sum + x.data[cell]!, 0) / cells.length;
  });
}
