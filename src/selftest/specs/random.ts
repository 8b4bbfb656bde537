/** Ops that draw random numbers. */
import { dropoutCases } from '../cases/dropout.js';
import { type DropoutAttrs, dropout } from '../reference/dropout.js';
import type { OpSpec } from '../spec.js';

export const randomSpecs: OpSpec[] = [
  {
    op: 'dropout',
    reference: ([x], attrs) => dropout(x!, attrs as unknown as DropoutAttrs),
    tolerance: { forward: 1e-6, gradient: 1e-6 },
    cases: dropoutCases,
  },
];
