/** Element-wise ops. */
import { binaryCases } from '../cases/binary.js';
import { comparisonCases, whereCases } from '../cases/logic.js';
import { specialValueCases } from '../cases/special-values.js';
import { castCases, integerUnaryCases, unaryCases } from '../cases/unary.js';
import * as ref from '../reference/elementwise.js';
import { map, type NdArray, nd, type RefDType } from '../reference/nd.js';
import type { Attrs, OpSpec } from '../spec.js';

/** Rounding of one float32 operation or two. */
const ARITHMETIC = { forward: 1e-6, gradient: 2e-6 };
/** WGSL lets exp, log, pow and their like err by some ULP times their argument. */
const TRANSCENDENTAL = { forward: 5e-5, gradient: 5e-5 };

const casesOf = (op: string) =>
  [...unaryCases, ...integerUnaryCases, ...binaryCases, ...comparisonCases, ...specialValueCases].filter(
    (c) => c.op === op,
  );

/** Both operands of a binary case, one of which may be a plain number in the attributes. */
function operands([first]: NdArray[], { left, right }: Attrs): [NdArray, NdArray] | null {
  const number = (value: unknown) => nd([], [value as number], first!.dtype);
  if (left !== undefined) return [number(left), first!];
  return right === undefined ? null : [first!, number(right)];
}

function unarySpec(op: keyof typeof ref.unaryFunctions): OpSpec {
  const derivative = ref.unaryDerivatives[op];
  return {
    op,
    reference: ([x]) => map(x!, ref.unaryFunctions[op]),
    vjp: ([x], g) => [{ ...g, data: x!.data.map((v, i) => g.data[i]! * derivative(v)) }],
    tolerance: ['exp', 'log', 'sigmoid', 'tanh'].includes(op) ? TRANSCENDENTAL : ARITHMETIC,
    cases: casesOf(op),
  };
}

function binarySpec(op: ref.BinaryName): OpSpec {
  return {
    op,
    reference: (inputs, attrs) => ref.binary(op, ...(operands(inputs, attrs) ?? (inputs as [NdArray, NdArray]))),
    vjp: ([a, b], g) => ref.binaryVjp(op, a!, b!, g),
    tolerance: op === 'pow' ? TRANSCENDENTAL : ARITHMETIC,
    cases: casesOf(op),
  };
}

function comparisonSpec(op: keyof typeof ref.comparisons): OpSpec {
  return {
    op,
    reference: (inputs, attrs) => {
      const [a, b] = operands(inputs, attrs) ?? (inputs as [NdArray, NdArray]);
      return ref.zip(a, b, ref.comparisons[op], 'u32');
    },
    tolerance: { forward: 0, gradient: 0 },
    cases: casesOf(op),
  };
}

const names = <T extends object>(record: T) => Object.keys(record) as (keyof T)[];

export const elementwiseSpecs: OpSpec[] = [
  ...names(ref.binaryFunctions).map(binarySpec),
  ...names(ref.comparisons).map(comparisonSpec),
  ...names(ref.unaryFunctions).map(unarySpec),
  {
    op: 'leakyRelu',
    reference: ([x], attrs) => ref.leakyRelu(x!, attrs.negativeSlope as number | undefined),
    vjp: ([x], g, attrs) => [ref.leakyReluVjp(x!, g, attrs.negativeSlope as number | undefined)],
    tolerance: ARITHMETIC,
    cases: casesOf('leakyRelu'),
  },
  {
    op: 'clip',
    reference: ([x], attrs) => ref.clip(x!, attrs.min as number, attrs.max as number),
    vjp: ([x], g, attrs) => [ref.clipVjp(x!, g, attrs.min as number, attrs.max as number)],
    tolerance: ARITHMETIC,
    cases: casesOf('clip'),
  },
  {
    op: 'where',
    reference: ([condition, a, b]) => ref.where(condition!, a!, b!),
    tolerance: ARITHMETIC,
    cases: whereCases,
  },
  {
    op: 'cast',
    reference: ([x], attrs) => ref.cast(x!, attrs.dtype as RefDType),
    tolerance: ARITHMETIC,
    cases: castCases,
  },
];
