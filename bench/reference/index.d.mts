import type { Case } from '../cases.mjs';
import type { Inputs } from '../harness.mjs';

/** What one output must be, at some of its positions. */
export interface Expectation {
  readonly indices: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly tolerance: number;
}

export function expectationsOf(benchCase: Case, inputs: Inputs): Record<string, Expectation>;

/** What is wrong with the values that a runner gave at the expected positions, in one line, or null. */
export function mismatch(name: string, expectation: Expectation, values: ArrayLike<number> | undefined): string | null;
