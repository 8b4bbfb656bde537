/** Operations that move numbers without computing: concat, pad, slice, index select, gather, one-hot, flip. */
import { at, build, type NdArray, wrapAxis } from './nd.js';

/** The arrays one behind another along `axis`. */
export function concat(xs: readonly NdArray[], axis = 0): NdArray {
  const first = xs[0]!;
  const along = wrapAxis(axis, first.shape.length);
  const length = xs.reduce((sum, x) => sum + x.shape[along]!, 0);
  return build(
    first.shape.with(along, length),
    (index) => {
      let position = index[along]!;
      for (const x of xs) {
        if (position < x.shape[along]!) return at(x, index.with(along, position));
        position -= x.shape[along]!;
      }
      throw new RangeError(`concat: no array holds position ${index[along]}`);
    },
    first.dtype,
  );
}

/** `value` around the array: [before, after] for each axis. */
export function pad(x: NdArray, amounts: readonly (readonly [number, number])[], value = 0): NdArray {
  return build(
    x.shape.map((n, axis) => n + amounts[axis]![0] + amounts[axis]![1]),
    (index) => {
      const source = index.map((i, axis) => i - amounts[axis]![0]);
      return source.every((i, axis) => i >= 0 && i < x.shape[axis]!) ? at(x, source) : value;
    },
    x.dtype,
  );
}

/** [start, stop, step] with the end and 1 as defaults; one index, which drops the axis; or null for the whole axis. */
export type Range = readonly [start: number, stop?: number, step?: number] | number | null;

/** A part of an array, a range for each axis; negative positions count from the end. */
export function slice(x: NdArray, ranges: readonly Range[]): NdArray {
  const axes = x.shape.map((size, axis) => {
    const range = ranges[axis] ?? null;
    const position = (value: number) => (value < 0 ? value + size : value);
    if (typeof range === 'number') return { start: position(range), step: 1, count: 1, kept: false };
    const [from, to = size, step = 1] = range ?? [0];
    const count = Math.ceil((position(to) - position(from)) / step);
    return { start: position(from), step, count, kept: true };
  });
  const taken = build(
    axes.map(({ count }) => count),
    (index) =>
      at(
        x,
        index.map((i, axis) => axes[axis]!.start + i * axes[axis]!.step),
      ),
    x.dtype,
  );
  return { ...taken, shape: taken.shape.filter((_, axis) => axes[axis]!.kept) };
}

/**
 * Rows picked along `axis`: the axis is replaced by the axes of `indices` (an embedding look-up when axis is 0). A row
 * that does not exist is NaN.
 */
export function indexSelect(x: NdArray, indices: NdArray, axis = 0): NdArray {
  const along = wrapAxis(axis, x.shape.length);
  const rank = indices.shape.length;
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return build(
    shape,
    (index) => {
      const row = at(indices, index.slice(along, along + rank));
      if (row < 0 || row >= x.shape[along]!) return Number.NaN;
      return at(x, [...index.slice(0, along), row, ...index.slice(along + rank)]);
    },
    x.dtype,
  );
}

/** For each index the element of its own place, but with the index along `axis`; NaN where there is none. */
export function gather(x: NdArray, indices: NdArray, axis = 0): NdArray {
  const along = wrapAxis(axis, x.shape.length);
  return build(
    indices.shape,
    (index) => {
      const row = at(indices, index);
      return row < 0 || row >= x.shape[along]! ? Number.NaN : at(x, index.with(along, row));
    },
    x.dtype,
  );
}

/** A last axis of `classes` that is 1 at the index and 0 elsewhere. */
export function oneHot(indices: NdArray, classes: number): NdArray {
  return build([...indices.shape, classes], (index) => Number(at(indices, index.slice(0, -1)) === index.at(-1)));
}

/** The order turned round along each of `axes`, by default all. */
export function flip(x: NdArray, axes: readonly number[] = x.shape.map((_, axis) => axis)): NdArray {
  const turned = new Set(axes.map((axis) => wrapAxis(axis, x.shape.length)));
  return build(
    x.shape,
    (index) =>
      at(
        x,
        index.map((i, axis) => (turned.has(axis) ? x.shape[axis]! - 1 - i : i)),
      ),
    x.dtype,
  );
}

/** Each array with a new axis, one behind another along it. */
export function stack(xs: readonly NdArray[], axis = 0): NdArray {
  const along = wrapAxis(axis, xs[0]!.shape.length + 1);
  return concat(
    xs.map((x) => ({ ...x, shape: x.shape.toSpliced(along, 0, 1) })),
    along,
  );
}

/** Parts along an axis, by their sizes. */
export function split(x: NdArray, size: number | readonly number[], axis = 0): NdArray[] {
  const along = wrapAxis(axis, x.shape.length);
  const parts: NdArray[] = [];
  for (let start = 0, i = 0; start < x.shape[along]!; i++) {
    const stop = typeof size === 'number' ? Math.min(start + size, x.shape[along]!) : start + size[i]!;
    parts.push(slice(x, [...new Array<null>(along).fill(null), [start, stop]]));
    start = stop;
  }
  return parts;
}

/** The array laid out several times along each axis, new axes in front. */
export function repeat(x: NdArray, counts: readonly number[]): NdArray {
  const dims = [...new Array<number>(counts.length - x.shape.length).fill(1), ...x.shape];
  const whole = { ...x, shape: dims };
  return build(
    dims.map((n, axis) => n * counts[axis]!),
    (index) =>
      at(
        whole,
        index.map((i, axis) => i % dims[axis]!),
      ),
    x.dtype,
  );
}

/** Elements moved round along axes, or in the flat array. */
export function roll(x: NdArray, shifts: number | readonly number[], axes?: number | readonly number[]): NdArray {
  if (axes === undefined) return { ...roll({ ...x, shape: [x.data.length] }, shifts, 0), shape: x.shape };
  const list = [shifts].flat() as number[];
  const by = new Map(([axes].flat() as number[]).map((axis, i) => [wrapAxis(axis, x.shape.length), list[i]!]));
  return build(
    x.shape,
    (index) =>
      at(
        x,
        index.map((i, axis) => (((i - (by.get(axis) ?? 0)) % x.shape[axis]!) + x.shape[axis]!) % x.shape[axis]!),
      ),
    x.dtype,
  );
}
