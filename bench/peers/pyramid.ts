/**
 * Geometry for composing spatial pyramid pooling from the ops that a library has. Two facts carry the compositions:
 *
 * - Levels nest: bins [floor(i a / n), ceil((i + 1) a / n)) of a level n that divides m are exactly the unions of the
 *   level-m bins, so that from level 6 the levels 3 and 2 are 2x2 and 3x3 poolings, and level 1 is one of level 2.
 * - A maximum over any rectangle is the maximum of four overlapping rectangles with power-of-two sides (a sparse table),
 *   so thousands of windows need four gathers, not thousands of slices.
 */

/** The bins of one axis. */
export interface AxisBins {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly regular: boolean;
  readonly kernel: number;
  readonly stride: number;
}

/** The maxima over 2^k x 2^l cells: `rows` x `columns` of them. */
interface Table {
  readonly k: number;
  readonly l: number;
  readonly rows: number;
  readonly columns: number;
}

/** Start and end of each bin; `regular` says that one strided pooling visits exactly these bins. */
export function axisBins(length: number, n: number): AxisBins {
  const starts = Array.from({ length: n }, (_, i) => Math.floor((i * length) / n));
  const ends = Array.from({ length: n }, (_, i) => Math.ceil(((i + 1) * length) / n));
  const kernel = ends[0]!;
  const stride = n > 1 ? starts[1]! : 1;
  const regular =
    starts.every((start, i) => start === i * stride && ends[i]! - start === kernel) &&
    Math.floor((length - kernel) / stride) + 1 === n;
  return { starts, ends, regular, kernel, stride };
}

/**
 * The sparse table of an h x w map and, for every window and bin of level n, its four entries in it.
 * @returns `tables`: [{k, l, rows, columns}], the map of maxima over 2^k x 2^l cells, in the order in which they are
 *   concatenated as rows of one matrix; `indices`: four Int32Arrays [windows * n * n] into its rows.
 */
export function sparseTable(
  windows: ArrayLike<number>,
  h: number,
  w: number,
  n: number,
): { tables: Table[]; indices: Int32Array<ArrayBuffer>[]; mostK: number; mostL: number } {
  const log2 = (value: number): number => 31 - Math.clz32(value);
  const count = windows.length / 5;
  const bins: { top: number; bottom: number; left: number; right: number; k: number; l: number }[] = [];
  let [mostK, mostL] = [0, 0];
  for (let r = 0; r < count; r++) {
    const [y0, x0, y1, x1] = [1, 2, 3, 4].map((k) => windows[5 * r + k]!) as [number, number, number, number];
    const rows = axisBins(y1 - y0, n);
    const columns = axisBins(x1 - x0, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [top, bottom] = [y0 + rows.starts[i]!, y0 + rows.ends[i]!] as const;
        const [left, right] = [x0 + columns.starts[j]!, x0 + columns.ends[j]!] as const;
        const [k, l] = [log2(bottom - top), log2(right - left)];
        mostK = Math.max(mostK, k);
        mostL = Math.max(mostL, l);
        bins.push({ top, bottom, left, right, k, l });
      }
  }
  const tables: Table[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (let k = 0; k <= mostK; k++)
    for (let l = 0; l <= mostL; l++) {
      const [rows, columns] = [h - 2 ** k + 1, w - 2 ** l + 1];
      tables.push({ k, l, rows, columns });
      offsets.push(offset);
      offset += rows * columns;
    }
  const indices = Array.from({ length: 4 }, () => new Int32Array(bins.length));
  bins.forEach(({ top, bottom, left, right, k, l }, at) => {
    const table = k * (mostL + 1) + l;
    const entry = (y: number, x: number): number => offsets[table]! + y * tables[table]!.columns + x;
    const [lowest, rightmost] = [bottom - 2 ** k, right - 2 ** l];
    indices[0]![at] = entry(top, left);
    indices[1]![at] = entry(top, rightmost);
    indices[2]![at] = entry(lowest, left);
    indices[3]![at] = entry(lowest, rightmost);
  });
  return { tables, indices, mostK, mostL };
}
