/** Short words for writing cases. */
import type { CaseInput, OpCase, Tolerance, ViewStep } from '../case.js';
import type { RefDType } from '../reference/nd.js';

type Shape = readonly number[];

/** Anything in [min, max). */
export const uniform = (shape: Shape, seed: number, min = -2, max = 2): CaseInput => ({
  shape,
  values: { kind: 'uniform', seed, min, max },
});

/** No two elements equal: a maximum over them has a gradient. */
export const distinct = (shape: Shape, seed: number, min = -2, max = 2): CaseInput => ({
  shape,
  values: { kind: 'distinct', seed, min, max },
});

/** Few different values: ties everywhere. */
export const choice = (shape: Shape, seed: number, from: readonly number[]): CaseInput => ({
  shape,
  values: { kind: 'choice', seed, from },
});

/** Whole numbers from min to max, both included. */
export const integers = (shape: Shape, seed: number, min: number, max: number, dtype: RefDType = 'i32'): CaseInput => ({
  shape,
  dtype,
  values: { kind: 'integers', seed, min, max },
});

/** The numbers themselves. */
export const literal = (shape: Shape, values: readonly number[], dtype: RefDType = 'f32'): CaseInput => ({
  shape,
  dtype,
  values,
});

/** The input rounded to f16, and stored so. */
export const half = (input: CaseInput): CaseInput => ({ ...input, dtype: 'f16' });

/** The input seen through a view. */
export const viewed = (input: CaseInput, ...view: ViewStep[]): CaseInput => ({ ...input, view });

/** The view step that cuts [start, end) out of each axis. */
export const crop = (...ranges: readonly (readonly [number, number])[]): ViewStep => ({ slice: ranges });

/** A writer of cases for one op; the gradient is checked by finite differences unless said otherwise. */
export function casesFor(op: string) {
  return (
    name: string,
    inputs: readonly CaseInput[],
    attrs: Record<string, unknown> = {},
    gradient: OpCase['gradient'] = 'finite-difference',
    tolerance?: Partial<Tolerance>,
  ): OpCase => ({ op, name, inputs, attrs, gradient, ...(tolerance && { tolerance }) });
}
