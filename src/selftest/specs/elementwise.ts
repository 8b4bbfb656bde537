/** Element-wise ops. */
import { binaryCases } from '../cases/binary.js';
import { comparisonCases, questionCases, whereCases } from '../cases/logic.js';
import { specialValueCases } from '../cases/special-values.js';
import { castCases, unaryCases } from '../cases/unary.js';
import * as ref from '../reference/elementwise.js';
import { map, type NdArray, nd, type RefDType } from '../reference/nd.js';
import type { Attrs, OpSpec } from '../spec.js';

/** Rounding of one float32 operation or two. */
const ARITHMETIC = { forward: 1e-6, gradient: 2e-6 };
/** WGSL lets exp, log, pow and their like err by some ULP times their argument. */
const TRANSCENDENTAL = { forward: 5e-5, gradient: 5e-5 };

const casesOf = (op: string) =>
  [...unaryCases, ...binaryCases, ...comparisonCases, ...questionCases, ...specialValueCases].filter(
    (c) => c.op === op,
  );

/** Both operands of a binary case, one of which may be a plain number in the attributes. */
function operands([first]: NdArray[], { left, right }: Attrs): [NdArray, NdArray] | null {
  const number = (value: unknown) => nd([], [value as number], first!.dtype);
  if (left !== undefined) return [number(left), first!];
  return right === undefined ? null : [first!, number(right)];
}

const toleranceOf = ({ transcendental }: { readonly transcendental?: true }) =>
  transcendental ? TRANSCENDENTAL : ARITHMETIC;

function unarySpec([op, entry]: [string, ref.UnaryReference]): OpSpec {
  const { value, derivative } = entry;
  return {
    op,
    reference: ([x], attrs) => map(x!, (v) => value(v, attrs)),
    vjp: ([x], g, attrs) => [{ ...g, data: x!.data.map((v, i) => g.data[i]! * derivative(v, attrs)) }],
    tolerance: toleranceOf(entry),
    cases: casesOf(op),
  };
}

function binarySpec([op, entry]: [string, ref.BinaryReference]): OpSpec {
  return {
    op,
    reference: (inputs, attrs) => ref.binary(entry, ...(operands(inputs, attrs) ?? (inputs as [NdArray, NdArray]))),
    vjp: ([a, b], g) => ref.binaryVjp(entry, a!, b!, g),
    tolerance: toleranceOf(entry),
    cases: casesOf(op),
  };
}

function comparisonSpec([op, compare]: [string, (a: number, b: number) => number]): OpSpec {
  return {
    op,
    reference: (inputs, attrs) => {
      const [a, b] = operands(inputs, attrs) ?? (inputs as [NdArray, NdArray]);
      return ref.zip(a, b, compare, 'u32');
    },
    tolerance: { forward: 0, gradient: 0 },
    cases: casesOf(op),
  };
}

function questionSpec([op, ask]: [string, (x: number) => number]): OpSpec {
  return {
    op,
    reference: ([x]) => map(x!, ask, 'u32'),
    tolerance: { forward: 0, gradient: 0 },
    cases: casesOf(op),
  };
}

export const elementwiseSpecs: OpSpec[] = [
  ...Object.entries(ref.binaryOps).map(binarySpec),
  ...Object.entries(ref.comparisons).map(comparisonSpec),
  ...Object.entries(ref.unaryOps).map(unarySpec),
  ...Object.entries(ref.questions).map(questionSpec),
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
