/** Normalisation by statistics. */
import * as cases from '../cases/normalization.js';
import * as ref from '../reference/normalization.js';
import type { OpSpec } from '../spec.js';

const STATISTICS = { forward: 2e-5, gradient: 5e-5 };

export const normalizationSpecs: OpSpec[] = [
  { op: 'batchNorm', reference: ref.batchNorm, tolerance: STATISTICS, cases: cases.batchNormCases },
  { op: 'layerNorm', reference: ref.layerNorm, tolerance: STATISTICS, cases: cases.layerNormCases },
  { op: 'groupNorm', reference: ref.groupNorm, tolerance: STATISTICS, cases: cases.groupNormCases },
];
