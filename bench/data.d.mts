import type { Case } from './cases.mjs';
import type { Inputs } from './harness.mjs';

/** The numbers of a case's inputs, by name: the same in every runner. */
export function inputsOf(benchCase: Case): Inputs;
