import { mix } from '../inputs.js';

/** What an output must hold at some positions, and how far off it may be. */
export interface Expectation {
  indices: Uint32Array;
  values: Float64Array;
  tolerance: number;
}

/** Output name -> what it must hold. */
export type Expectations = Record<string, Expectation>;

/** How many positions of an output are looked at; of a smaller one, all. */
const COUNT = 2048;

/**
 * Flat positions to look at in an output: all of them, or the first and last and others
 * spread at random (seeded), `count` together.
 */
export function positions(length: number, count = COUNT): Uint32Array {
  if (length <= count) return Uint32Array.from({ length }, (_, i) => i);
  const picked = new Set<number>();
  for (let i = 0; i < 16; i++) picked.add(i).add(length - 1 - i);
  for (let i = 0; picked.size < count; i++) picked.add(mix(i ^ 0x5eed) % length);
  return Uint32Array.from(picked).sort();
}

/** What an output must hold at some positions. f32 sums of any order and fused or unfused multiply-adds must pass. */
export function expectation(
  indices: Uint32Array,
  values: Float64Array,
  tolerance = 1e-4 * rootMeanSquare(values),
): Expectation {
  return { indices, values, tolerance };
}

/** The expectation at `positions` of an output whose elements `at` computes one by one; `known` leaves some out. */
export function sampled(
  length: number,
  at: (index: number) => number,
  count?: number,
  known: (index: number) => boolean = () => true,
): Expectation {
  const indices = positions(length, count).filter(known);
  return expectation(
    indices,
    Float64Array.from(indices, (index) => at(index)),
  );
}

/** The expectation of an output that is known whole. */
export function whole(values: Float64Array, count?: number): Expectation {
  return sampled(values.length, (index) => values[index]!, count);
}

export function rootMeanSquare(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
}

/** The largest difference from an expectation, as a share of the root mean square of what it expects; infinite for NaN. */
export function largestError({ values }: Expectation, got: ArrayLike<number> | undefined): number {
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const error = Math.abs((got?.[i] ?? Number.NaN) - values[i]!);
    if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return worst / (rootMeanSquare(values) || 1);
}

/**
 * Compares what a runner returned with the expectation.
 * @returns `null`, or one line that says what is wrong.
 */
export function mismatch(
  name: string,
  { indices, values, tolerance }: Expectation,
  got: ArrayLike<number> | undefined,
): string | null {
  if (got?.length !== indices.length) return `${name}: ${got?.length ?? 'no'} values instead of ${indices.length}`;
  let wrong = 0;
  let worst = 0;
  for (let i = 0; i < indices.length; i++) {
    const error = Math.abs(got[i]! - values[i]!);
    if (error <= tolerance) continue; // false for NaN, which is wrong
    wrong++;
    if (!(error <= Math.abs(got[worst]! - values[worst]!))) worst = i;
  }
  if (wrong === 0) return null;
  const [is, should] = [got[worst], values[worst]].map((value) => Number(value).toPrecision(5));
  return `${name}: ${wrong} of ${indices.length} samples wrong, e.g. [${indices[worst]}] is ${is}, not ${should}`;
}
