import { SppgpuError } from '../runtime/errors.js';
import { type FeatureMatrix, requireFinite, takeRows } from './features.js';
import { type Gram, takeGram } from './gram.js';
import { svmScores } from './linear-svm.js';
import { trainOneVsRest } from './one-vs-rest.js';
import { resolveSvmOptions, type SvmOptions } from './options.js';
import { type ClassProblem, classProblems, solveOverGram } from './solve-classes.js';
import { type Targets, takeTargets } from './targets.js';

/** Powers of ten that span l2-normalised deep features from clearly too regularised to hard margin. */
const DEFAULT_C_GRID: readonly number[] = [0.01, 0.1, 1, 10, 100];

/** Which samples train and which judge, by index. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Quality of scores [samples, classes] on the judging samples; higher is better. */
export type Criterion = (scores: Float64Array, samples: Int32Array) => number;

export interface SelectedC {
  readonly c: number;
  readonly tried: readonly { readonly c: number; readonly score: number }[];
}

/** Scores of other samples by their inner products with the training samples: no weights have to be formed. */
function scoresOverGram(
  gram: Gram,
  split: Split,
  problems: readonly ClassProblem[],
  biasFeature: number,
): Float64Array {
  const classes = problems.length;
  const scores = new Float64Array(split.test.length * classes);
  problems.forEach(({ alpha, targets }, index) => {
    const support = [...alpha.keys()].filter((i) => alpha[i] !== 0);
    const coefficients = support.map((i) => alpha[i]! * targets[i]!);
    const columns = support.map((i) => split.train[i]!);
    split.test.forEach((sample, row) => {
      let sum = 0;
      for (let s = 0; s < columns.length; s += 1) {
        sum += coefficients[s]! * (gram.data[sample * gram.count + columns[s]!]! + biasFeature ** 2);
      }
      scores[row * classes + index] = sum;
    });
  });
  return scores;
}

/**
 * Trains on one part for each C of a grid and keeps the C that the other part scores best; equal scores take the smaller C.
 * With a Gram matrix of all samples every C starts from the solution of the one before, and nothing touches the features.
 * @throws SppgpuError for an empty grid, a C out of range, a split with an empty part, or a feature that is not finite
 */
export function selectC(
  features: FeatureMatrix,
  targets: Targets,
  split: Split,
  criterion: Criterion,
  { grid = DEFAULT_C_GRID, ...given }: SvmOptions & { grid?: readonly number[] } = {},
  gram?: Gram,
): SelectedC {
  if (grid.length === 0) throw new SppgpuError('svm: the grid of C is empty; give at least one value');
  if (split.train.length === 0 || split.test.length === 0) {
    throw new SppgpuError(
      `svm: ${split.train.length} samples to train and ${split.test.length} to judge leave C nothing to be chosen by; give one value of C`,
    );
  }
  requireFinite(features);
  const trainTargets = takeTargets(targets, split.train);
  const trainGram = gram && takeGram(gram, split.train);
  const [train, judge] = gram ? [] : [takeRows(features, split.train), takeRows(features, split.test)];
  let warm: ClassProblem[] | undefined;
  const tried = [...grid]
    .sort((a, b) => a - b)
    .map((c) => {
      const options = resolveSvmOptions({ ...given, c });
      if (train && judge) {
        const { model } = trainOneVsRest(train, trainTargets, options);
        return { c, score: criterion(svmScores(model, judge), split.test) };
      }
      const problems = classProblems(trainTargets, options, warm);
      solveOverGram(trainGram!, problems, options);
      warm = problems;
      return { c, score: criterion(scoresOverGram(gram!, split, problems, options.biasFeature), split.test) };
    });
  // NaN (no positive among the judging samples) beats nothing.
  const best = tried.reduce((winner, next) =>
    next.score > winner.score || Number.isNaN(winner.score) ? next : winner,
  );
  return { c: best.c, tried };
}
