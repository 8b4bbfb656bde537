import type { Case } from '../cases.mjs';
import type { Inputs } from '../harness.mjs';

/** What an output must hold at some positions, and how far off it may be. */
export interface Expectation {
  indices: Uint32Array;
  values: Float64Array;
  tolerance: number;
}

export function expectationsOf(benchCase: Case, inputs: Inputs): Record<string, Expectation>;
export function mismatch(name: string, expectation: Expectation, got: ArrayLike<number> | undefined): string | null;
