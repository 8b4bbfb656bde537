/** Operations along one axis in the order of its elements: running sums, sorting. */
import { at, build, type NdArray, nd, wrapAxis } from './nd.js';

interface AxisAttrs {
  axis?: number;
}

/** The sum of each element and all before it. */
export function cumsum(x: NdArray, { axis = -1 }: AxisAttrs = {}): NdArray {
  const along = wrapAxis(axis, x.shape.length);
  return build(
    x.shape,
    (index) => {
      let total = 0;
      for (let k = 0; k <= index[along]!; k++) total += at(x, index.with(along, k));
      return total;
    },
    x.dtype,
  );
}

/** Every element is part of the sums from its own place on. */
export function cumsumVjp(x: NdArray, g: NdArray, { axis = -1 }: AxisAttrs = {}): NdArray {
  const along = wrapAxis(axis, x.shape.length);
  return build(x.shape, (index) => {
    let total = 0;
    for (let k = index[along]!; k < x.shape[along]!; k++) total += at(g, index.with(along, k));
    return total;
  });
}

export interface SortAttrs extends AxisAttrs {
  descending?: boolean;
}

/** NaN above everything. */
const compare = (a: number, b: number) => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
};

/** Values in order along the axis, equal ones as they were, and where each was; of them the first `k`. */
export function sort(x: NdArray, { axis = -1, descending = false }: SortAttrs = {}, k = Infinity): [NdArray, NdArray] {
  const along = wrapAxis(axis, x.shape.length);
  const n = x.shape[along]!;
  const shape = x.shape.with(along, Math.min(n, k));
  const indices = build(
    shape,
    (index) => {
      const order = Array.from({ length: n }, (_, i) => i);
      const value = (i: number) => at(x, index.with(along, i));
      order.sort((a, b) => (descending ? -1 : 1) * compare(value(a), value(b)));
      return order[index[along]!]!;
    },
    'i32',
  );
  return [build(shape, (index) => at(x, index.with(along, at(indices, index))), x.dtype), indices];
}

/** `x` plus every source element at its place with the index along `axis`. */
export function scatterAdd(x: NdArray, indices: NdArray, source: NdArray, { axis = 0 }: AxisAttrs = {}): NdArray {
  const along = wrapAxis(axis, x.shape.length);
  const out = nd(x.shape, x.data);
  const to = build(x.shape, () => 0);
  to.data.forEach((_, i) => {
    to.data[i] = i;
  });
  build(indices.shape, (index) => {
    const row = at(indices, index);
    if (row >= 0 && row < x.shape[along]!) out.data[at(to, index.with(along, row))]! += at(source, index);
    return 0;
  });
  return out;
}
