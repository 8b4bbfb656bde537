/** Batched matrix product with transposed operands, bias and ReLU. */
import { broadcastShape, map, type NdArray, nd, ravel, unbroadcast, unravel } from './nd.js';

export interface MatmulAttrs {
  transposeA?: boolean;
  transposeB?: boolean;
  activation?: 'none' | 'relu';
}

/** The last two axes swapped. */
function transposed(x: NdArray): NdArray {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const y = nd([...x.shape.slice(0, -2), columns, rows]);
  for (let start = 0; start < y.data.length; start += rows * columns)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        y.data[start + column * rows + row] = x.data[start + row * columns + column]!;
  return y;
}

/** Offset of the matrix that stands at `batch` of the broadcast leading axes. */
function matrixOffset(x: NdArray, batch: readonly number[]): number {
  const lead = x.shape.slice(0, -2);
  const own = batch.slice(batch.length - lead.length).map((k, axis) => (lead[axis] === 1 ? 0 : k));
  return ravel(own, lead) * x.shape.at(-2)! * x.shape.at(-1)!;
}

/** The shape of [.., M, K] x [.., K, N]: [.., M, N]; leading axes broadcast. */
function productShape(a: NdArray, b: NdArray): number[] {
  return [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), a.shape.at(-2)!, b.shape.at(-1)!];
}

/** Some elements of that product, by flat index; k runs outside, so that rows of `b` are read as they lie in memory. */
export function productsAt(a: NdArray, b: NdArray, indices: ArrayLike<number>): Float64Array {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const lead = productShape(a, b).slice(0, -2);
  const places = Array.from(indices, (index) => {
    const batch = unravel(Math.floor(index / (rows * columns)), lead);
    const row = Math.floor(index / columns) % rows;
    return [matrixOffset(a, batch) + row * inner, matrixOffset(b, batch) + (index % columns)] as const;
  });
  const [left, right] = [0, 1].map((side) => Float64Array.from(places, (place) => place[side as 0 | 1])) as [
    Float64Array,
    Float64Array,
  ];
  const sums = new Float64Array(indices.length);
  for (let k = 0; k < inner; k++)
    for (let i = 0; i < sums.length; i++) sums[i]! += a.data[left[i]! + k]! * b.data[right[i]! + k * columns]!;
  return sums;
}

/** The whole product, row by row: every element is still summed over k in order. */
function product(a: NdArray, b: NdArray): NdArray {
  const y = nd(productShape(a, b));
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const lead = y.shape.slice(0, -2);
  for (let start = 0, batch = 0; start < y.data.length; start += rows * columns, batch++) {
    const index = unravel(batch, lead);
    const [left, right] = [matrixOffset(a, index), matrixOffset(b, index)];
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < inner; k++) {
        const factor = a.data[left + row * inner + k]!;
        const [to, from] = [start + row * columns, right + k * columns];
        for (let column = 0; column < columns; column++) y.data[to + column]! += factor * b.data[from + column]!;
      }
  }
  return y;
}

/** The product of the operands as given (transposed on request), plus `bias[N]`, through ReLU on request. */
export function matmul(a: NdArray, b: NdArray, bias: NdArray | null, attrs: MatmulAttrs = {}): NdArray {
  const y = product(attrs.transposeA ? transposed(a) : a, attrs.transposeB ? transposed(b) : b);
  const columns = y.shape.at(-1)!;
  const shifted = bias ? { ...y, data: y.data.map((sum, i) => sum + bias.data[i % columns]!) } : y;
  return attrs.activation === 'relu' ? map(shifted, (v) => Math.max(v, 0)) : shifted;
}

/** Gradients to a, b and bias, for products too long for finite differences. */
export function matmulVjp(
  a: NdArray,
  b: NdArray,
  bias: NdArray | null,
  g: NdArray,
  attrs: MatmulAttrs = {},
): NdArray[] {
  const y = attrs.activation === 'relu' ? matmul(a, b, bias, attrs) : null;
  const gated = y ? { ...g, data: g.data.map((v, i) => (y.data[i]! > 0 ? v : 0)) } : g;
  const left = attrs.transposeA ? transposed(a) : a;
  const right = attrs.transposeB ? transposed(b) : b;
  const dLeft = product(gated, transposed(right));
  const dRight = product(transposed(left), gated);
  const grads = [
    unbroadcast(attrs.transposeA ? transposed(dLeft) : dLeft, a.shape),
    unbroadcast(attrs.transposeB ? transposed(dRight) : dRight, b.shape),
  ];
  if (bias) grads.push(unbroadcast(gated, bias.shape));
  return grads;
}
