/** A dense row-major array in float64: what every reference takes and gives. Slow and plain on purpose. */

export type RefDType = 'f32' | 'f16' | 'i32' | 'u32';

export interface NdArray {
  shape: number[];
  data: Float64Array;
  /** What the device tensor beside it must be; the numbers here are float64 whatever it says. */
  dtype: RefDType;
}

/** Number of elements of a shape (1 for a scalar, 0 when a dimension is 0). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** An array from its numbers, or of zeros. Throws RangeError when the count does not fit the shape. */
export function nd(shape: readonly number[], data?: ArrayLike<number>, dtype: RefDType = 'f32'): NdArray {
  const size = sizeOf(shape);
  if (data && data.length !== size) {
    throw new RangeError(`nd: ${data.length} numbers do not fill the shape [${shape}], which holds ${size}`);
  }
  return { shape: [...shape], data: data ? new Float64Array(data) : new Float64Array(size), dtype };
}

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!;
  return strides;
}

/** The coordinates of a row-major flat index. */
export function unravel(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let i = shape.length - 1; i >= 0; i--) {
    index[i] = flat % shape[i]!;
    flat = Math.floor(flat / shape[i]!);
  }
  return index;
}

/** The row-major flat index of coordinates. */
export function ravel(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0);
}

/** An array whose every element is computed from its coordinates. */
export function build(shape: readonly number[], element: (index: number[]) => number, dtype?: RefDType): NdArray {
  const out = nd(shape, undefined, dtype);
  for (let i = 0; i < out.data.length; i++) out.data[i] = element(unravel(i, shape));
  return out;
}

/** The element at the given coordinates. */
export function at(x: NdArray, index: readonly number[]): number {
  return x.data[ravel(index, x.shape)]!;
}

/** Every element through `f`, shape kept. */
export function map(x: NdArray, f: (value: number) => number, dtype: RefDType = x.dtype): NdArray {
  return { shape: [...x.shape], data: x.data.map(f), dtype };
}

/** Counts a negative axis from the end. */
export function wrapAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** `5` or `[5, 6]` as a pair (height, width). */
export function pair(value: number | readonly number[]): [number, number] {
  return typeof value === 'number' ? [value, value] : [value[0]!, value[1]!];
}

/** NumPy's rule: align right, equal or 1. Throws RangeError when the shapes do not go together. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[i - rank + a.length] ?? 1;
    const n = b[i - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw new RangeError(`[${a}] and [${b}] do not broadcast`);
    return m === 1 ? n : m;
  });
}

/** The element of `x` that stands at `index` of a larger, broadcast shape. */
export function atBroadcast(x: NdArray, index: readonly number[]): number {
  const lead = index.length - x.shape.length;
  return at(
    x,
    x.shape.map((n, i) => (n === 1 ? 0 : index[lead + i]!)),
  );
}

/** Sums `g`, which has a broadcast shape, back to `shape`: the transpose of broadcasting. */
export function unbroadcast(g: NdArray, shape: readonly number[]): NdArray {
  if (g.shape.length === shape.length && shape.every((n, axis) => n === g.shape[axis])) return g;
  const out = nd(shape);
  const lead = g.shape.length - shape.length;
  for (let i = 0; i < g.data.length; i++) {
    const index = unravel(i, g.shape).slice(lead);
    out.data[
      ravel(
        index.map((k, axis) => (shape[axis] === 1 ? 0 : k)),
        shape,
      )
    ]! += g.data[i]!;
  }
  return out;
}
