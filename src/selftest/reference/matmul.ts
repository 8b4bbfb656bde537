/** Batched matrix product with transposed operands, bias and ReLU. */
import { atBroadcast, broadcastShape, build, map, type NdArray, nd, ravel, unbroadcast, unravel } from './nd.js';

export interface MatmulAttrs {
  transposeA?: boolean;
  transposeB?: boolean;
  activation?: 'none' | 'relu';
}

/** The last two axes swapped. */
function transposed(x: NdArray): NdArray {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const shape = [...x.shape.slice(0, -2), columns, rows];
  return build(shape, (index) => atBroadcast(x, [...index.slice(0, -2), index.at(-1)!, index.at(-2)!]));
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

/** Single elements of that product, by flat index. */
export function productAt(a: NdArray, b: NdArray): (index: number) => number {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1)!;
  const lead = productShape(a, b).slice(0, -2);
  return (index) => {
    const column = index % columns;
    const row = Math.floor(index / columns) % rows;
    const batch = unravel(Math.floor(index / (rows * columns)), lead);
    const left = matrixOffset(a, batch) + row * inner;
    const right = matrixOffset(b, batch) + column;
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a.data[left + k]! * b.data[right + k * columns]!;
    return sum;
  };
}

function product(a: NdArray, b: NdArray): NdArray {
  const y = nd(productShape(a, b));
  const at = productAt(a, b);
  for (let i = 0; i < y.data.length; i++) y.data[i] = at(i);
  return y;
}

/** The product of the operands as given (transposed on request), plus `bias[N]`, through ReLU on request. */
export function matmul(a: NdArray, b: NdArray, bias: NdArray | null, attrs: MatmulAttrs = {}): NdArray {
  const y = product(attrs.transposeA ? transposed(a) : a, attrs.transposeB ? transposed(b) : b);
  const shifted = bias ? build(y.shape, (index) => atBroadcast(y, index) + atBroadcast(bias, [index.at(-1)!])) : y;
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
  const y = matmul(a, b, bias, attrs);
  const gated = attrs.activation === 'relu' ? { ...g, data: g.data.map((v, i) => (y.data[i]! > 0 ? v : 0)) } : g;
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
