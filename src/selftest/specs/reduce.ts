/** Reductions, softmax, cross-entropy and its binary form. */
import { binaryCrossEntropyCases } from '../cases/binary-cross-entropy.js';
import { reduceCases } from '../cases/reduce.js';
import { crossEntropyCases, softmaxCases } from '../cases/softmax.js';
import { specialValueCases } from '../cases/special-values.js';
import * as bce from '../reference/binary-cross-entropy.js';
import type { NdArray } from '../reference/nd.js';
import * as ref from '../reference/reduce.js';
import * as soft from '../reference/softmax.js';
import type { OpSpec } from '../spec.js';

const SUMS = { forward: 1e-5, gradient: 1e-5 };
const EXACT = { forward: 0, gradient: 1e-6 };
const TRANSCENDENTAL = { forward: 5e-5, gradient: 5e-5 };

const casesOf = (op: string) =>
  [...reduceCases, ...softmaxCases, ...crossEntropyCases, ...binaryCrossEntropyCases, ...specialValueCases].filter(
    (c) => c.op === op,
  );

type Reduction = (x: NdArray, attrs: ref.ReduceAttrs) => NdArray;

const shared = (op: 'sum' | 'mean' | 'variance', f: Reduction): OpSpec => ({
  op,
  reference: ([x], attrs) => f(x!, attrs),
  vjp: ([x], g, attrs) => [ref.sharedVjp(op, x!, g, attrs)],
  tolerance: SUMS,
  cases: casesOf(op),
});

const extreme = (op: 'max' | 'min', f: Reduction): OpSpec => ({
  op,
  reference: ([x], attrs) => f(x!, attrs),
  vjp: ([x], g, attrs) => [ref.extremeVjp(op, x!, g, attrs)],
  tolerance: EXACT,
  cases: casesOf(op),
});

const normalised = (op: 'softmax' | 'logSoftmax', f: (x: NdArray, axis?: number) => NdArray): OpSpec => ({
  op,
  reference: ([x], attrs) => f(x!, attrs.axis as number | undefined),
  vjp: ([x], g, attrs) => [soft.normalisedVjp(op, x!, g, attrs.axis as number | undefined)],
  tolerance: TRANSCENDENTAL,
  cases: casesOf(op),
});

export const reduceSpecs: OpSpec[] = [
  shared('sum', ref.sum),
  shared('mean', ref.mean),
  shared('variance', ref.variance),
  extreme('max', ref.max),
  extreme('min', ref.min),
  { op: 'argmax', reference: ([x], attrs) => ref.argmax(x!, attrs), tolerance: EXACT, cases: casesOf('argmax') },
  { op: 'argmin', reference: ([x], attrs) => ref.argmin(x!, attrs), tolerance: EXACT, cases: casesOf('argmin') },
  { op: 'std', reference: ([x], attrs) => ref.std(x!, attrs), tolerance: SUMS, cases: casesOf('std') },
  {
    op: 'prod',
    reference: ([x], attrs) => ref.prod(x!, attrs),
    vjp: ([x], g, attrs) => [ref.prodVjp(x!, g, attrs)],
    tolerance: SUMS,
    cases: casesOf('prod'),
  },
  { op: 'norm', reference: ([x], attrs) => ref.norm(x!, attrs), tolerance: TRANSCENDENTAL, cases: casesOf('norm') },
  {
    op: 'logSumExp',
    reference: ([x], attrs) => ref.logSumExp(x!, attrs),
    tolerance: TRANSCENDENTAL,
    cases: casesOf('logSumExp'),
  },
  normalised('softmax', soft.softmax),
  normalised('logSoftmax', soft.logSoftmax),
  {
    op: 'crossEntropy',
    reference: ([logits, labels], attrs) => soft.crossEntropy(logits!, labels!, attrs),
    vjp: ([logits, labels], g, attrs) => [soft.crossEntropyVjp(logits!, labels!, g, attrs)],
    tolerance: TRANSCENDENTAL,
    cases: casesOf('crossEntropy'),
  },
  {
    op: 'binaryCrossEntropyWithLogits',
    reference: ([logits, targets, weight], attrs) => bce.binaryCrossEntropy(logits!, targets!, weight, attrs),
    vjp: ([logits, targets, weight], g, attrs) => bce.binaryCrossEntropyVjp(logits!, targets!, weight, g, attrs),
    tolerance: TRANSCENDENTAL,
    cases: casesOf('binaryCrossEntropyWithLogits'),
  },
];
