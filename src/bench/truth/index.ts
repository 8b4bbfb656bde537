/** Float64 truth for every kind of case, at sampled positions; no runner is timed before it agrees with this. */
import type { Case } from '../cases.js';
import type { Inputs } from '../harness.js';
import { cnn } from './cnn.js';
import { conv } from './conv.js';
import { adds, matmul } from './linear.js';
import { crossEntropy } from './loss.js';
import { lrn } from './lrn.js';
import { avgpool, maxpool, spp } from './pool.js';
import { softmax, sum } from './rows.js';
import type { Expectations } from './sample.js';

export { type Expectations, largestError, mismatch } from './sample.js';

type Kind = (benchCase: Case, inputs: Inputs) => Expectations;

const KINDS: Readonly<Record<Case['kind'], Kind>> = {
  matmul,
  adds,
  conv,
  maxpool,
  avgpool,
  spp,
  crossEntropy,
  cnn,
  sum,
  softmax,
  lrn,
};

/** What every output of a case must hold. */
export function expectationsOf(benchCase: Case, inputs: Inputs): Expectations {
  const expected = KINDS[benchCase.kind](benchCase, inputs);
  const { direction, attributes } = benchCase;
  if (direction !== 'bwd') return expected;
  return Object.fromEntries((attributes.wanted as string[]).map((name) => [`d${name}`, expected[`d${name}`]!]));
}
