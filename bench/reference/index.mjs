/** Float64 truth for every kind of case, at sampled positions; no runner is timed before it agrees with this. */
import { cnn } from './cnn.mjs';
import { conv } from './conv.mjs';
import { adds, matmul } from './linear.mjs';
import { crossEntropy } from './loss.mjs';
import { maxpool, spp } from './pool.mjs';

export { mismatch } from './sample.mjs';

const KINDS = { matmul, adds, conv, maxpool, spp, crossEntropy, cnn };

/** @returns output name -> `{ indices, values, tolerance }`. */
export function expectationsOf(benchCase, inputs) {
  return KINDS[benchCase.kind](benchCase, inputs);
}
