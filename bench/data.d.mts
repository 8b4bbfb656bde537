import type { Case } from './cases.mjs';
import type { Inputs } from './harness.mjs';

export function mix(value: number): number;
export function inputsOf(benchCase: Pick<Case, 'inputs'>): Inputs;
