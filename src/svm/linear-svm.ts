import { ShapeError } from '../runtime/errors.js';
import { multiplyTransposed } from './dense.js';
import type { FeatureMatrix } from './features.js';

/** One linear classifier per class: score = weights[class] . x + bias[class]. Plain arrays, ready for a file or a device. */
export interface LinearSvm {
  readonly classes: number;
  readonly dimension: number;
  /** [classes, dimension] */
  readonly weights: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
}

/**
 * Scores on the CPU, [samples, classes] (on a device: `matmul(features, weights, { transposeB: true, bias })`).
 * @throws ShapeError where the features are not the model's
 */
export function svmScores(model: LinearSvm, features: FeatureMatrix): Float64Array {
  if (features.dimension !== model.dimension) {
    throw new ShapeError(
      `svm: the model takes ${model.dimension} features, these have ${features.dimension}; extract the layer and pyramid it was trained on`,
    );
  }
  const { classes, weights, bias, dimension } = model;
  const scores = multiplyTransposed(features.data, weights, dimension);
  for (let i = 0; i < scores.length; i += 1) scores[i]! += bias[i % classes]!;
  return scores;
}
