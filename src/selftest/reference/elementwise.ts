/**
 * Element-wise operations and their derivatives, as the mathematics says them. JavaScript's Math.max and Math.min
 * already let a NaN on either side win, which is the rule here.
 */
import { atBroadcast, broadcastShape, build, map, type NdArray, type RefDType, unbroadcast } from './nd.js';

type Unary = (x: number) => number;
type Binary = (a: number, b: number) => number;

export const unaryFunctions = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  tanh: Math.tanh,
} satisfies Record<string, Unary>;

/** Derivatives with the library's choice where the mathematics has none: abs and relu have 0 at their kink, and at NaN. */
export const unaryDerivatives = {
  neg: () => -1,
  abs: (x) => Number(x > 0) - Number(x < 0),
  exp: Math.exp,
  log: (x) => 1 / x,
  sqrt: (x) => 0.5 / Math.sqrt(x),
  square: (x) => 2 * x,
  relu: (x) => (x > 0 ? 1 : 0),
  sigmoid: (x) => unaryFunctions.sigmoid(x) * unaryFunctions.sigmoid(-x),
  tanh: (x) => 1 - Math.tanh(x) ** 2,
} satisfies Record<keyof typeof unaryFunctions, Unary>;

/** x where positive, else `negativeSlope` x; NaN stays NaN. */
export function leakyRelu(x: NdArray, negativeSlope = 0.01): NdArray {
  return map(x, (v) => (v > 0 ? v : negativeSlope * v));
}

/** Slope 1 above 0, `negativeSlope` at 0 and below. */
export function leakyReluVjp(x: NdArray, g: NdArray, negativeSlope = 0.01): NdArray {
  return { ...x, data: x.data.map((v, i) => g.data[i]! * (v > 0 ? 1 : negativeSlope)) };
}

/** Into [min, max]; NaN stays NaN. */
export function clip(x: NdArray, min = -Infinity, max = Infinity): NdArray {
  return map(x, (v) => Math.min(Math.max(v, min), max));
}

/** The gradient passes inside and on the bounds. */
export function clipVjp(x: NdArray, g: NdArray, min = -Infinity, max = Infinity): NdArray {
  return { ...x, data: x.data.map((v, i) => (v >= min && v <= max ? g.data[i]! : 0)) };
}

/** Value conversion as WGSL does it: floats truncate towards zero, i32 and u32 keep their bits. */
export function cast(x: NdArray, dtype: RefDType): NdArray {
  const convert: Record<RefDType, Unary> = {
    f32: (v) => v,
    i32: (v) => Math.trunc(v) | 0,
    u32: (v) => (x.dtype === 'f32' ? Math.trunc(v) : v) >>> 0,
  };
  return map(x, convert[dtype], dtype);
}

const byDType = (real: Binary, integer: (a: number, b: number) => number) => ({ real, integer });

/** Integers wrap around at 32 bits and divide towards zero, as in WGSL. */
export const binaryFunctions = {
  add: byDType(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  sub: byDType(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  mul: byDType((a, b) => a * b, Math.imul),
  div: byDType(
    (a, b) => a / b,
    (a, b) => Math.trunc(a / b),
  ),
  pow: byDType(Math.pow, Math.pow),
  maximum: byDType(Math.max, Math.max),
  minimum: byDType(Math.min, Math.min),
} satisfies Record<string, { real: Binary; integer: Binary }>;

export type BinaryName = keyof typeof binaryFunctions;

export const comparisons = {
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
} satisfies Record<string, Binary>;

/** `f` on every pair of elements after NumPy broadcasting. */
export function zip(a: NdArray, b: NdArray, f: Binary, dtype: RefDType = a.dtype): NdArray {
  return build(broadcastShape(a.shape, b.shape), (index) => f(atBroadcast(a, index), atBroadcast(b, index)), dtype);
}

/** A binary operation on two arrays of one dtype. */
export function binary(name: BinaryName, a: NdArray, b: NdArray): NdArray {
  const { real, integer } = binaryFunctions[name];
  if (a.dtype === 'f32') return zip(a, b, real);
  const wrap = a.dtype === 'i32' ? (v: number) => v | 0 : (v: number) => v >>> 0;
  return zip(a, b, (x, y) => wrap(integer(x, y)));
}

/** Whether a^b is 0 at b and for every larger exponent (or, for a large a, every smaller one). */
const constantFrom = (a: number, b: number) => (a === 0 && b >= 0) || (a >= 0 && a ** b === 0);

const partials: Record<BinaryName, [Binary, Binary]> = {
  add: [() => 1, () => 1],
  sub: [() => 1, () => -1],
  mul: [(_, b) => b, (a) => a],
  div: [(_, b) => 1 / b, (a, b) => -a / (b * b)],
  pow: [(a, b) => (b === 0 ? 0 : b * a ** (b - 1)), (a, b) => (constantFrom(a, b) ? 0 : a ** b * Math.log(a))],
  // Ties: the first argument gets the gradient, as the first element does in every maximum here.
  maximum: [(a, b) => Number(a >= b), (a, b) => Number(b > a)],
  minimum: [(a, b) => Number(a <= b), (a, b) => Number(b < a)],
};

/** Gradients to both operands, summed back over what was broadcast. */
export function binaryVjp(name: BinaryName, a: NdArray, b: NdArray, g: NdArray): [NdArray, NdArray] {
  const [da, db] = partials[name];
  const product = (f: Binary) => ({ ...g, data: zip(a, b, f).data.map((v, i) => v * g.data[i]!) });
  return [unbroadcast(product(da), a.shape), unbroadcast(product(db), b.shape)];
}

/** `a` where the condition is not 0, else `b`; all three broadcast. */
export function where(condition: NdArray, a: NdArray, b: NdArray): NdArray {
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return build(shape, (i) => (atBroadcast(condition, i) !== 0 ? atBroadcast(a, i) : atBroadcast(b, i)), a.dtype);
}
