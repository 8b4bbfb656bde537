/** One-argument element-wise ops: ordinary points, kinks, the ends of the float range, tails, views. */
import { opTable } from '../../ops/table.js';
import type { OpCase } from '../case.js';
import { type UnaryReference, unaryOps } from '../reference/elementwise.js';
import { casesFor, crop, half, integers, literal, uniform, viewed } from './build.js';

const NAN = Number.NaN;

/** Points and shapes that every op goes through. */
function common(op: string, { domain: [min, max] = [-2, 2], options = {} }: Partial<UnaryReference>): OpCase[] {
  const test = casesFor(op);
  return [
    test('3x5', [uniform([3, 5], 1, min, max)], options),
    test('scalar', [uniform([], 2, min, max)], options),
    test('one element', [uniform([1, 1, 1], 3, min, max)], options),
    test('no elements', [uniform([2, 0, 3], 4, min, max)], options),
    test('tail of 1,027', [uniform([1027], 5, min, max)], options, 'reference'),
    test('transposed view', [viewed(uniform([4, 6], 6, min, max), { transpose: [0, 1] })], options),
    test('sliced view', [viewed(uniform([5, 7], 7, min, max), crop([1, 4], [2, 7]))], options),
    test('expanded view', [viewed(uniform([3, 1], 8, min, max), { expand: [2, 3, 4] })], options),
  ];
}

/** Whole numbers of each integer type that the op takes. */
function integral(op: string, { options = {} }: UnaryReference): OpCase[] {
  const types = opTable.find(({ name }) => name === op)!.dtypes.filter((dtype) => dtype === 'i32' || dtype === 'u32');
  return types.map((dtype) =>
    casesFor(op)(
      `tail of 1,027 ${dtype}`,
      [integers([1027], 9, dtype === 'i32' ? -4000 : 0, 4000, dtype)],
      options,
      'none',
    ),
  );
}

/** Named points with the gradient that the reference defines there, or none. */
function points(op: string, name: string, values: number[], gradient: OpCase['gradient'], attrs = {}): OpCase {
  return casesFor(op)(name, [literal([values.length], values)], attrs, gradient);
}

/** What makes an op go wrong, and only it: kinks, ends of the range, cancellation. */
const traps: OpCase[] = [
  points('neg', 'special values', [0, 1e30, -1e-30, Infinity, -Infinity, NAN], 'none'),
  points('abs', 'kink', [-1, 0, 1], 'reference'),
  points('abs', 'special values', [-Infinity, Infinity, NAN, -1e30], 'none'),
  points('exp', 'large and small', [-80, -20, 20, 80], 'reference'),
  points('exp', 'overflow and underflow', [100, -200, Infinity, -Infinity, NAN], 'none'),
  points('log', 'far from one', [1e-30, 1e-6, 1e6, 1e30], 'reference'),
  points('log', 'log(0) and beyond', [0, -1, Infinity, NAN], 'none'),
  points('sqrt', 'special values', [0, -1, 1e30, 1e-30, Infinity, NAN], 'none'),
  points('square', 'special values', [0, -1e10, 1e30, -Infinity, NAN], 'none'),
  points('relu', 'kink', [-1, 0, 1, -3, 3], 'reference'),
  points('relu', 'NaN passes', [NAN, -Infinity, Infinity, -1, NAN], 'none'),
  ...common('leakyRelu', { domain: [-3, 3], options: { negativeSlope: 0.2 } }).map((c) => ({
    ...c,
    name: `slope 0.2, ${c.name}`,
  })),
  points('leakyRelu', 'kink', [-1, 0, 1], 'reference', { negativeSlope: 0.1 }),
  points('leakyRelu', 'NaN passes', [NAN, -Infinity, Infinity], 'none'),
  points('sigmoid', 'far out', [-200, -100, -30, 30, 100, 200], 'reference'),
  points('sigmoid', 'special values', [-Infinity, Infinity, NAN], 'none'),
  points('tanh', 'tanh(100)', [-1000, -100, -88.75, -10, 10, 88.75, 100, 1000], 'reference'),
  points('tanh', 'near zero', [-1e-3, -1e-6, 0, 1e-6, 1e-3], 'reference'),
  points('tanh', 'special values', [-Infinity, Infinity, NAN], 'none'),
  points('floor', 'halves and ends', [-2.5, -0.5, 0.5, 1.5, 1e9, -1e9], 'reference'),
  points('round', 'halves go to the even neighbour', [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 8388607.5], 'reference'),
  points('sin', 'many turns', [100, -1000, 12345.678, -65000, Math.PI, 6.2831855, 1e-20], 'reference'),
  points('cos', 'many turns', [100, -1000, 12345.678, -65000, 1.5707964, 6.2831855, 1e-20], 'reference'),
  points('erf', 'where series and polynomial meet', [-6, -0.5, 0.49999, 0.5, 0.50001, 3, 10], 'reference'),
  points('softplus', 'far out and near the bend', [-80, -20, -8, -4.6, 0, 4.6, 80], 'reference'),
  points('softplus', 'sharp', [-3, -0.1, 0, 0.1, 3], 'reference', { beta: 5 }),
  points('elu', 'near zero and far below', [-1e-4, 1e-4, -0.09, -0.11, -30, -200], 'reference'),
  points('elu', 'alpha 0.3', [-2, -0.5, 0.5, 2], 'reference', { alpha: 0.3 }),
  points('gelu', 'far out', [-12, -6, 6, 12, 1e-4], 'reference'),
  ...common('gelu', { domain: [-4, 4], options: { approximate: 'tanh' } }).map((c) => ({
    ...c,
    name: `tanh, ${c.name}`,
  })),
  points('hardSwish', 'kinks', [-3, 3, -2.99, 2.99], 'reference'),
  points('clip', 'on the bounds', [-2, -1, 0, 1, 2], 'reference', { min: -1, max: 1 }),
  points('clip', 'NaN passes', [NAN, -Infinity, Infinity], 'none', { min: -1, max: 1 }),
];

const INT_MIN = -(2 ** 31);

/** Integers go through without floats: large ones keep every bit. */
const integerTraps: OpCase[] = [
  casesFor('neg')('i32', [literal([5], [0, 1, -7, 2 ** 31 - 1, -16777217], 'i32')], {}, 'none'),
  casesFor('abs')('i32', [literal([5], [0, 1, -7, 16777217, -16777217], 'i32')], {}, 'none'),
  casesFor('relu')('i32', [literal([5], [0, 5, -5, 16777217, INT_MIN], 'i32')], {}, 'none'),
  casesFor('square')('i32', [integers([9], 1, -4000, 4000)], {}, 'none'),
  casesFor('square')('u32', [integers([9], 2, 0, 60000, 'u32')], {}, 'none'),
];

export const unaryCases: OpCase[] = [
  ...Object.entries(unaryOps).flatMap(([op, entry]) => [...common(op, entry), ...integral(op, entry)]),
  ...traps,
  ...integerTraps,
];

const cast = casesFor('cast');

const ENDS = [
  [0, -0, 1, -1.5, 1 / 3, 65504, -65504, 65519, 65520, -70000, 1e30, Number.NaN],
  [Infinity, -Infinity, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -14, 2 ** -15, 3 * 2 ** -25, 5 * 2 ** -25],
  [2 ** -25, 1.001 * 2 ** -25, 2 ** -14 - 2 ** -25, -(2 ** -24)],
].flat();

export const castCases: OpCase[] = [
  cast('f32 to i32 cuts towards zero', [literal([6], [-2.9, -0.5, 0, 0.5, 2.9, 1e6])], { dtype: 'i32' }, 'none'),
  cast('f32 to u32', [literal([4], [0, 0.9, 7.5, 1e6])], { dtype: 'u32' }, 'none'),
  cast('i32 to f32', [integers([3, 5], 1, -1000, 1000)], { dtype: 'f32' }, 'none'),
  cast('u32 to f32', [integers([7], 2, 0, 100000, 'u32')], { dtype: 'f32' }, 'none'),
  cast('i32 to u32 keeps the bits', [literal([3], [-1, 0, 5], 'i32')], { dtype: 'u32' }, 'none'),
  cast('u32 to i32 keeps the bits', [literal([3], [4294967295, 0, 5], 'u32')], { dtype: 'i32' }, 'none'),
  cast('f32 to f32', [uniform([3, 4], 3)], { dtype: 'f32' }, 'finite-difference'),
  cast('transposed view', [viewed(integers([3, 4], 4, -9, 9), { transpose: [0, 1] })], { dtype: 'f32' }, 'none'),
  { ...cast('f32 to f16: ends, ties, denormals', [literal([24], ENDS)], { dtype: 'f16' }, 'none'), special: true },
  { ...cast('f16 to f32', [literal([24], ENDS, 'f16')], { dtype: 'f32' }, 'none'), special: true },
  cast('f32 to f16, anything', [uniform([5, 7], 5, -3, 3)], { dtype: 'f16' }, 'none'),
  cast('f16 to i32', [literal([5], [-2.5, -0.5, 0, 65504, 1.5], 'f16')], { dtype: 'i32' }, 'none'),
  cast('f16 to u32', [literal([3], [0, 0.5, 65504], 'f16')], { dtype: 'u32' }, 'none'),
  cast('i32 to f16', [literal([7], [-70000, -65519, -2049, 0, 2051, 65520, 3], 'i32')], { dtype: 'f16' }, 'none'),
  cast('u32 to f16', [literal([3], [4294967295, 2049, 5], 'u32')], { dtype: 'f16' }, 'none'),
  cast('f16 to f16', [half(uniform([3, 3], 6))], { dtype: 'f16' }, 'none'),
  cast(
    'f16, a view that begins inside a word',
    [viewed(half(uniform([5, 7], 7)), crop([1, 4], [1, 6]), { transpose: [0, 1] })],
    { dtype: 'f32' },
    'none',
  ),
];
