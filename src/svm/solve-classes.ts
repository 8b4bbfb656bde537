import { SppgpuError } from '../runtime/errors.js';
import { Rng } from '../tensor/rng.js';
import { type DualSpace, solveDual } from './dual.js';
import { FeatureSpace, GramSpace } from './dual-spaces.js';
import { notFinite } from './features.js';
import type { Gram } from './gram.js';
import { type ResolvedSvmOptions, type SvmClassReport, sampleCosts } from './options.js';
import type { Targets } from './targets.js';

/** Words that keep the solver's random stream apart from others of the same seed. */
const STREAM = 0x53564d;

/** Over float32 inner products the solver aims a little below the tolerance, so that rounding does not lift the gap over it. */
const GRAM_AIM = 0.95;

/** One class against the rest, and how far its dual has come. */
export interface ClassProblem {
  readonly index: number;
  readonly targets: Int8Array;
  readonly costs: Float64Array;
  readonly alpha: Float64Array;
  passes: number;
}

/**
 * The problems of all classes, unsolved.
 * @param warm the same classes solved for another C or other samples: their alphas, cut to the new costs, are the start
 */
export function classProblems(
  targets: Targets,
  options: ResolvedSvmOptions,
  warm?: readonly Pick<ClassProblem, 'alpha'>[],
): ClassProblem[] {
  return Array.from({ length: targets.classes }, (_, index) => {
    const own = targets.data.subarray(index * targets.count, (index + 1) * targets.count);
    const costs = sampleCosts(own, options);
    const alpha = costs.map((cost, i) => Math.min(cost, warm?.[index]?.alpha[i] ?? 0));
    return { index, targets: own, costs, alpha, passes: 0 };
  });
}

/** Brings a fresh space to the w of a problem's alpha and solves on from there; at once done where the gap is met already. */
function solveIn(
  space: DualSpace,
  squaredNorms: Float64Array,
  problem: ClassProblem,
  { tolerance, maximumPasses, shrinking, seed }: ResolvedSvmOptions,
): SvmClassReport {
  const { targets, costs, alpha, index } = problem;
  for (let i = 0; i < alpha.length; i += 1) {
    if (alpha[i] !== 0) space.add(i, alpha[i]! * targets[i]!);
  }
  const { passes, ...solved } = solveDual({
    space,
    squaredNorms,
    targets,
    costs,
    alpha,
    tolerance,
    maximumPasses: maximumPasses - problem.passes,
    shrinking,
    rng: new Rng(seed, [STREAM, index, problem.passes]),
  });
  problem.passes += passes;
  const supportVectors = alpha.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  return { ...solved, passes: problem.passes, supportVectors };
}

/**
 * Solves problems over inner products, each from its present alpha.
 * @throws SppgpuError for an inner product that is not finite: features far from 1 may overflow f32
 */
export function solveOverGram(gram: Gram, problems: readonly ClassProblem[], options: ResolvedSvmOptions): void {
  const { data, count } = gram;
  const { biasFeature, tolerance } = options;
  const odd = notFinite(data);
  if (odd >= 0) {
    const pair = `${Math.floor(odd / count)} and ${odd % count}`;
    throw new SppgpuError(`svm: the inner product of samples ${pair} is ${data[odd]}; normalise the features`);
  }
  const squaredNorms = Float64Array.from({ length: count }, (_, i) => data[i * (count + 1)]! + biasFeature ** 2);
  for (const problem of problems) {
    solveIn(new GramSpace(gram, biasFeature), squaredNorms, problem, { ...options, tolerance: GRAM_AIM * tolerance });
  }
}

/**
 * Solves problems over the features themselves, one row per sample, each from its present alpha, and hands each class's w
 * over. Where a Gram matrix has solved them before, this measures the gap that was really reached, and polishes if it is not
 * enough.
 */
export function solveOverFeatures(
  rows: readonly Float32Array[],
  dimension: number,
  problems: readonly ClassProblem[],
  options: ResolvedSvmOptions,
  onSolved: (problem: ClassProblem, space: FeatureSpace, report: SvmClassReport) => void,
): void {
  const squaredNorms = Float64Array.from(rows, (row) => {
    let squares = options.biasFeature ** 2;
    for (let k = 0; k < row.length; k += 1) squares += row[k]! * row[k]!;
    return squares;
  });
  for (const problem of problems) {
    const space = new FeatureSpace(rows, dimension, options.biasFeature);
    onSolved(problem, space, solveIn(space, squaredNorms, problem, options));
  }
}
