/**
 * Element-wise operations and their derivatives, as the mathematics says them. JavaScript's Math.max and Math.min
 * already let a NaN on either side win, which is the rule here.
 */
import { halfOf } from './half.js';
import { atBroadcast, broadcastShape, build, map, type NdArray, type RefDType, unbroadcast } from './nd.js';

type Binary = (a: number, b: number) => number;

/** What a case gives an op beside its tensors. */
type Options = {
  readonly [Name in 'alpha' | 'beta' | 'min' | 'max' | 'negativeSlope']?: number;
} & { readonly approximate?: 'none' | 'tanh' };

/** What is true of an op of one tensor. Its usual cases are made from this entry. */
export interface UnaryReference {
  readonly value: (x: number, options: Options) => number;
  /** With the library's choice where the mathematics has none. */
  readonly derivative: (x: number, options: Options) => number;
  /** Where the op is finite and its gradient no more than usually steep; -2 to 2 by default. */
  readonly domain?: readonly [min: number, max: number];
  /** What its usual cases pass. */
  readonly options?: Options;
  /** Beyond it only the range of the results is promised. */
  readonly within?: number;
  /** WGSL lets it err by some ULP times its argument. */
  readonly transcendental?: true;
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** By its series of positive terms, which converges everywhere. */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x);
  let term = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * x;
  let sum = 0;
  for (let n = 1; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return sum;
}

const normal = (x: number) => 0.5 + 0.5 * erf(x / Math.SQRT2);
const density = (x: number) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
/** Twice the argument of the tanh that GELU is approximated by, and its slope. */
const bend = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const bendSlope = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (1 + 0.134145 * x * x);
const evenRound = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** Every op of one tensor, by name. abs and relu have the derivative 0 at their kink, and at NaN. */
export const unaryOps: Readonly<Record<string, UnaryReference>> = {
  neg: { value: (x) => -x, derivative: () => -1 },
  abs: { value: Math.abs, derivative: (x) => Number(x > 0) - Number(x < 0) },
  exp: { value: Math.exp, derivative: Math.exp, transcendental: true },
  log: { value: Math.log, derivative: (x) => 1 / x, domain: [0.1, 5], transcendental: true },
  sqrt: { value: Math.sqrt, derivative: (x) => 0.5 / Math.sqrt(x), domain: [0.1, 5] },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  relu: { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x), domain: [-6, 6], transcendental: true },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2, domain: [-3, 3], transcendental: true },
  leakyRelu: {
    value: (x, { negativeSlope = 0.01 }) => (x > 0 ? x : negativeSlope * x),
    derivative: (x, { negativeSlope = 0.01 }) => (x > 0 ? 1 : negativeSlope),
  },
  floor: { value: Math.floor, derivative: () => 0 },
  ceil: { value: Math.ceil, derivative: () => 0 },
  round: { value: evenRound, derivative: () => 0 },
  sign: { value: Math.sign, derivative: () => 0 },
  rsqrt: { value: (x) => 1 / Math.sqrt(x), derivative: (x) => -0.5 * (1 / Math.sqrt(x)) ** 3, domain: [0.1, 5] },
  sin: { value: Math.sin, derivative: Math.cos, domain: [-20, 20], within: 65536, transcendental: true },
  cos: { value: Math.cos, derivative: (x) => -Math.sin(x), domain: [-20, 20], within: 65536, transcendental: true },
  erf: { value: erf, derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x), transcendental: true },
  silu: {
    value: (x) => x * sigmoid(x),
    derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
    domain: [-6, 6],
    transcendental: true,
  },
  hardSwish: {
    value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    derivative: (x) => (x > 3 ? 1 : x >= -3 ? x / 3 + 0.5 : 0),
    domain: [-5, 5],
  },
  softplus: {
    value: (x, { beta = 1 }) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(beta * x))) / beta,
    derivative: (x, { beta = 1 }) => sigmoid(beta * x),
    domain: [-6, 6],
    transcendental: true,
  },
  elu: {
    value: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x, { alpha = 1 }) => (x > 0 ? 1 : alpha * Math.exp(x)),
    transcendental: true,
  },
  gelu: {
    value: (x, { approximate }) => x * (approximate === 'tanh' ? sigmoid(bend(x)) : normal(x)),
    derivative: (x, { approximate }) => {
      const share = sigmoid(bend(x));
      return approximate === 'tanh' ? share + x * share * (1 - share) * bendSlope(x) : normal(x) + x * density(x);
    },
    domain: [-4, 4],
    transcendental: true,
  },
  /** The gradient passes inside and on the bounds. */
  clip: {
    value: (x, { min = -Infinity, max = Infinity }) => Math.min(Math.max(x, min), max),
    derivative: (x, { min = -Infinity, max = Infinity }) => (x >= min && x <= max ? 1 : 0),
    options: { min: -0.5, max: 1.25 },
  },
};

/** Value conversion as WGSL does it: floats truncate towards zero, i32 and u32 keep their bits. */
export function cast(x: NdArray, dtype: RefDType): NdArray {
  const convert: Record<RefDType, (v: number) => number> = {
    f32: (v) => v,
    f16: halfOf,
    i32: (v) => Math.trunc(v) | 0,
    u32: (v) => Math.trunc(v) >>> 0,
  };
  return map(x, convert[dtype], dtype);
}

/** What is true of an op of two tensors. Its usual cases are made from this entry. */
export interface BinaryReference {
  readonly value: Binary;
  /** Of i32 and u32, before it wraps around at 32 bits. */
  readonly integer: Binary;
  /** By either operand. */
  readonly derivatives: readonly [Binary, Binary];
  /** Which operands must be positive for the op and its gradient to be finite. */
  readonly positive?: readonly ('left' | 'right')[];
  /** WGSL lets it err by some ULP times its argument. */
  readonly transcendental?: true;
}

/** Whether a^b is 0 at b and for every larger exponent (or, for a large a, every smaller one). */
const constantFrom = (a: number, b: number) => (a === 0 && b >= 0) || (a >= 0 && a ** b === 0);

/** Every op of two tensors, by name. Integers divide towards zero, as in WGSL. */
export const binaryOps: Readonly<Record<string, BinaryReference>> = {
  add: { value: (a, b) => a + b, integer: (a, b) => a + b, derivatives: [() => 1, () => 1] },
  sub: { value: (a, b) => a - b, integer: (a, b) => a - b, derivatives: [() => 1, () => -1] },
  mul: { value: (a, b) => a * b, integer: Math.imul, derivatives: [(_, b) => b, (a) => a] },
  div: {
    value: (a, b) => a / b,
    integer: (a, b) => Math.trunc(a / b),
    derivatives: [(_, b) => 1 / b, (a, b) => -a / (b * b)],
    positive: ['right'],
  },
  pow: {
    value: Math.pow,
    integer: (a, b) => (b < 0 ? Math.trunc(a ** b) : Number(BigInt.asIntN(32, BigInt(a) ** BigInt(b)))),
    derivatives: [
      (a, b) => (b === 0 ? 0 : b * a ** (b - 1)),
      (a, b) => (constantFrom(a, b) ? 0 : a ** b * Math.log(a)),
    ],
    positive: ['left'],
    transcendental: true,
  },
  // Ties: the first argument gets the gradient, as the first element does in every maximum here.
  maximum: { value: Math.max, integer: Math.max, derivatives: [(a, b) => Number(a >= b), (a, b) => Number(b > a)] },
  minimum: { value: Math.min, integer: Math.min, derivatives: [(a, b) => Number(a <= b), (a, b) => Number(b < a)] },
};

/** Every comparison, by name. */
export const comparisons: Readonly<Record<string, Binary>> = {
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  // NaN is not 0, and so true.
  logicalAnd: (a, b) => Number(a !== 0 && b !== 0),
  logicalOr: (a, b) => Number(a !== 0 || b !== 0),
};

/** Every question about one tensor, by name. */
export const questions: Readonly<Record<string, (x: number) => number>> = {
  logicalNot: (x) => Number(x === 0),
  isNaN: (x) => Number(Number.isNaN(x)),
};

/** `f` on every pair of elements after NumPy broadcasting. */
export function zip(a: NdArray, b: NdArray, f: Binary, dtype: RefDType = a.dtype): NdArray {
  return build(broadcastShape(a.shape, b.shape), (index) => f(atBroadcast(a, index), atBroadcast(b, index)), dtype);
}

/** A binary operation on two arrays of one dtype. */
export function binary({ value, integer }: BinaryReference, a: NdArray, b: NdArray): NdArray {
  if (a.dtype === 'f32') return zip(a, b, value);
  const wrap = a.dtype === 'i32' ? (v: number) => v | 0 : (v: number) => v >>> 0;
  return zip(a, b, (x, y) => wrap(integer(x, y)));
}

/** Gradients to both operands, summed back over what was broadcast. */
export function binaryVjp({ derivatives }: BinaryReference, a: NdArray, b: NdArray, g: NdArray): [NdArray, NdArray] {
  const product = (f: Binary) => ({ ...g, data: zip(a, b, f).data.map((v, i) => v * g.data[i]!) });
  return [unbroadcast(product(derivatives[0]), a.shape), unbroadcast(product(derivatives[1]), b.shape)];
}

/** `a` where the condition is not 0, else `b`; all three broadcast. */
export function where(condition: NdArray, a: NdArray, b: NdArray): NdArray {
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return build(shape, (i) => (atBroadcast(condition, i) !== 0 ? atBroadcast(a, i) : atBroadcast(b, i)), a.dtype);
}
