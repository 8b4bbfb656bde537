import { ShapeError } from '../runtime/errors.js';
import { type FeatureMatrix, featureRows, requireFinite } from './features.js';
import { type Gram, gramMatrix, gramPays } from './gram.js';
import type { LinearSvm } from './linear-svm.js';
import { resolveSvmOptions, type SvmClassReport, type SvmOptions } from './options.js';
import { classProblems, solveOverFeatures, solveOverGram } from './solve-classes.js';
import type { Targets } from './targets.js';

export interface TrainedSvm {
  readonly model: LinearSvm;
  readonly c: number;
  readonly reports: readonly SvmClassReport[];
  /** The worst class's relative duality gap. */
  readonly gap: number;
}

/**
 * One-vs-rest linear SVMs with L2-regularised hinge loss, the objective of LIBLINEAR's solver 3. Solved over inner products
 * where that is cheaper (one Gram matrix for all classes), else over the features; either way the gap is measured in
 * float64 on the features, and a class above the tolerance (coarse inner products) is polished there.
 * @param gram inner products of these samples, if at hand (a device computes them much faster)
 * @returns float32 classifiers, and the objectives of the float64 ones that they were rounded from
 * @throws ShapeError where samples, targets or Gram matrix do not agree; SppgpuError for an option out of range, or a feature
 * that is not finite
 */
export function trainOneVsRest(
  features: FeatureMatrix,
  targets: Targets,
  given: SvmOptions = {},
  gram?: Gram,
): TrainedSvm {
  const options = resolveSvmOptions(given);
  const { count, dimension } = features;
  const { classes } = targets;
  if (targets.count !== count || (gram && gram.count !== count)) {
    const matrix = gram ? `, a Gram matrix of ${gram.count}` : '';
    throw new ShapeError(`svm: ${count} samples, targets of ${targets.count}${matrix}; give each the same samples`);
  }
  requireFinite(features);
  const problems = classProblems(targets, options);
  const products = gram ?? (gramPays(features) ? gramMatrix(features) : undefined);
  if (products) solveOverGram(products, problems, options);

  const weights = new Float32Array(classes * dimension);
  const bias = new Float32Array(classes);
  const reports: SvmClassReport[] = [];
  solveOverFeatures(featureRows(features), dimension, problems, options, ({ index }, space, report) => {
    weights.set(space.weights, index * dimension);
    bias[index] = space.biasWeight * options.biasFeature;
    reports.push(report);
  });
  const gap = Math.max(0, ...reports.map((report) => report.relativeGap));
  return { model: { classes, dimension, weights, bias }, c: options.c, reports, gap };
}
