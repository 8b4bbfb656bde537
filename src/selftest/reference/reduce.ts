/** Reductions over any axes. Maximum and minimum send their gradient to the first extreme element (row-major). */
import { map, type NdArray, nd, ravel, unravel, wrapAxis } from './nd.js';

export interface ReduceAttrs {
  axes?: number | readonly number[];
  keepdim?: boolean;
}

interface Groups {
  shape: number[];
  /** For every output element the flat input indices that fold into it, in row-major order. */
  members: number[][];
}

/** Sorts the input's elements by the output element that they fold into. */
function groupsOf(x: NdArray, { axes, keepdim = false }: ReduceAttrs): Groups {
  const rank = x.shape.length;
  const list = axes === undefined ? x.shape.map((_, i) => i) : typeof axes === 'number' ? [axes] : axes;
  const reduced = new Set(list.map((axis) => wrapAxis(axis, rank)));
  const kept = x.shape.map((n, axis) => (reduced.has(axis) ? 1 : n));
  const members: number[][] = Array.from({ length: nd(kept).data.length }, () => []);
  for (let i = 0; i < x.data.length; i++) {
    const index = unravel(i, x.shape).map((k, axis) => (reduced.has(axis) ? 0 : k));
    members[ravel(index, kept)]!.push(i);
  }
  return { shape: keepdim ? kept : kept.filter((_, axis) => !reduced.has(axis)), members };
}

function reduce(x: NdArray, attrs: ReduceAttrs, f: (values: number[]) => number): NdArray {
  const { shape, members } = groupsOf(x, attrs);
  return nd(
    shape,
    members.map((group) => f(group.map((i) => x.data[i]!))),
    x.dtype,
  );
}

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]) => total(values) / values.length;

export const sum = (x: NdArray, attrs: ReduceAttrs = {}) => reduce(x, attrs, total);
export const mean = (x: NdArray, attrs: ReduceAttrs = {}) => reduce(x, attrs, average);

/** Sum of squared distances from the mean over (count - correction); NaN or Infinity when that is not positive. */
export function variance(
  x: NdArray,
  { correction = 1, ...attrs }: ReduceAttrs & { correction?: number } = {},
): NdArray {
  return reduce(x, attrs, (values) => {
    const centre = average(values);
    return total(values.map((v) => (v - centre) ** 2)) / Math.max(0, values.length - correction);
  });
}

/** Position of the first NaN, else of the first element that no other beats. */
function firstExtreme(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  const firstNaN = values.findIndex(Number.isNaN);
  if (firstNaN >= 0) return firstNaN;
  let best = 0;
  for (let i = 1; i < values.length; i++) if (beats(values[i]!, values[best]!)) best = i;
  return best;
}

const above = (a: number, b: number) => a > b;
const below = (a: number, b: number) => a < b;

export const max = (x: NdArray, attrs: ReduceAttrs = {}) => reduce(x, attrs, (v) => v[firstExtreme(v, above)]!);
export const min = (x: NdArray, attrs: ReduceAttrs = {}) => reduce(x, attrs, (v) => v[firstExtreme(v, below)]!);

export const std = (x: NdArray, attrs: ReduceAttrs & { correction?: number } = {}) =>
  map(variance(x, attrs), Math.sqrt);
export const prod = (x: NdArray, attrs: ReduceAttrs = {}) =>
  reduce(x, attrs, (v) => v.reduce((a, b) => (x.dtype === 'f32' ? a * b : Math.imul(a, b)), 1));

/** The gradient of a product: what all other elements of the group multiply to. */
export function prodVjp(x: NdArray, g: NdArray, attrs: ReduceAttrs = {}): NdArray {
  const out = nd(x.shape);
  groupsOf(x, attrs).members.forEach((group, i) => {
    for (const k of group) {
      out.data[k] = group.reduce((product, other) => (other === k ? product : product * x.data[other]!), g.data[i]!);
    }
  });
  return out;
}

export function norm(x: NdArray, { p = 2, ...attrs }: ReduceAttrs & { p?: number } = {}): NdArray {
  return reduce(x, attrs, (values) => {
    const sizes = values.map(Math.abs);
    return p === Infinity ? Math.max(...sizes) : total(sizes.map((v) => v ** p)) ** (1 / p);
  });
}

export function logSumExp(x: NdArray, attrs: ReduceAttrs = {}): NdArray {
  return reduce(x, attrs, (values) => {
    const top = Math.max(...values);
    return Number.isFinite(top) ? top + Math.log(total(values.map((v) => Math.exp(v - top)))) : top;
  });
}

/** Position of the first extreme along `axis`, or in the flat array when no axis is given. */
const position =
  (beats: (a: number, b: number) => boolean) =>
  (x: NdArray, { axis, keepdim }: { axis?: number; keepdim?: boolean } = {}): NdArray => ({
    ...reduce(x, { axes: axis, keepdim }, (v) => firstExtreme(v, beats)),
    dtype: 'i32',
  });

export const argmax = position(above);
export const argmin = position(below);

/** The gradient of max or min: all of it to the first extreme element of each group. */
export function extremeVjp(kind: 'max' | 'min', x: NdArray, g: NdArray, attrs: ReduceAttrs = {}): NdArray {
  const out = nd(x.shape);
  groupsOf(x, attrs).members.forEach((group, i) => {
    const values = group.map((k) => x.data[k]!);
    out.data[group[firstExtreme(values, kind === 'max' ? above : below)]!]! += g.data[i]!;
  });
  return out;
}

/** The gradient of sum, mean or variance: each element's share times the gradient of its group; NaN where the variance is. */
export function sharedVjp(
  kind: 'sum' | 'mean' | 'variance',
  x: NdArray,
  g: NdArray,
  { correction = 1, ...attrs }: ReduceAttrs & { correction?: number } = {},
): NdArray {
  const out = nd(x.shape);
  groupsOf(x, attrs).members.forEach((group, i) => {
    const centre = average(group.map((k) => x.data[k]!));
    for (const k of group) {
      const share = {
        sum: 1,
        mean: 1 / group.length,
        variance: Number.isFinite(centre) ? (2 * (x.data[k]! - centre)) / (group.length - correction) : Number.NaN,
      };
      out.data[k] = share[kind] * g.data[i]!;
    }
  });
  return out;
}
