import { ShapeError } from '../runtime/errors.js';
import { type AveragePrecisionMethod, averagePrecisions, meanAveragePrecision } from '../svm/average-precision.js';
import { type FeatureMatrix, requireFinite, takeRows } from '../svm/features.js';
import type { Gram } from '../svm/gram.js';
import { gramMatrix, gramPays } from '../svm/gram.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { svmScores } from '../svm/linear-svm.js';
import { type TrainedSvm, trainOneVsRest } from '../svm/one-vs-rest.js';
import type { SvmOptions } from '../svm/options.js';
import { type Criterion, type SelectedC, type Split, selectC } from '../svm/select-c.js';
import { type Targets, takeTargets, targetsFromLabels } from '../svm/targets.js';
import { meanAndDeviation, meanPerClassAccuracy, perClassAccuracy, predictions } from './metrics.js';
import { caltechSplit, stratifiedHoldout } from './splits.js';

/** Solver options, and the C: one value, or a grid from which a validation part chooses. */
export interface ProtocolOptions extends Omit<SvmOptions, 'c'> {
  c?: number | readonly number[];
  /** Scores test samples; a device does it much faster (`deviceScores`). Default: the CPU. */
  score?: Scorer;
  /**
   * Inner products of a training part, asked for where they pay (`gramPays`); a device computes them much faster
   * (`deviceGram`). Default: the CPU.
   */
  products?: (train: FeatureMatrix) => Gram | Promise<Gram>;
}

/** Scores [rows, classes] of trained classifiers for the samples `rows`. */
export type Scorer = (
  model: LinearSvm,
  features: FeatureMatrix,
  rows: Int32Array,
) => Float64Array | Promise<Float64Array>;

export interface CaltechResult {
  /** Mean per-class accuracy of each split. */
  readonly accuracies: readonly number[];
  readonly accuracy: number;
  /** Null where there is one split only. */
  readonly deviation: number | null;
  /** The C of each split. */
  readonly c: readonly number[];
  /** The worst relative duality gap of any class and split. */
  readonly gap: number;
  /** Accuracy of each class, mean over splits. */
  readonly perClass: readonly number[];
}

export interface VocResult {
  readonly map: number;
  /** Average precision of each class; NaN where the test part has no positive. */
  readonly perClass: readonly number[];
  readonly c: number;
  readonly gap: number;
  readonly selection: SelectedC | null;
  readonly svm: TrainedSvm;
}

const scoreOnCpu: Scorer = (model, features, rows) => svmScores(model, takeRows(features, rows));

/** What chose C and how well the final classifiers were solved. */
export interface TrainedWithC {
  readonly svm: TrainedSvm;
  /** The values tried; one entry without a choice has no score. */
  readonly selection: SelectedC | null;
}

/** Trains on all samples with the C that does best when `split.train` trains and `split.test` judges. */
async function trainChoosingC(
  features: FeatureMatrix,
  targets: Targets,
  split: () => Split,
  criterion: Criterion,
  { c, products = gramMatrix, ...options }: Omit<ProtocolOptions, 'score'>,
): Promise<TrainedWithC> {
  const gram = gramPays(features) ? await products(features) : undefined;
  if (typeof c === 'number') {
    return { svm: trainOneVsRest(features, targets, { ...options, c }, gram), selection: null };
  }
  const selection = selectC(features, targets, split(), criterion, { ...options, ...(c && { grid: c }) }, gram);
  return { svm: trainOneVsRest(features, targets, { ...options, c: selection.c }, gram), selection };
}

/** What `runCaltech101` does, which pages load with the first call. */
export async function runCaltech101(
  features: FeatureMatrix,
  labels: ArrayLike<number>,
  classes: number,
  {
    splits = 10,
    train = 30,
    maximumTest = 50,
    score = scoreOnCpu,
    ...options
  }: ProtocolOptions & { splits?: number; train?: number; maximumTest?: number } = {},
): Promise<CaltechResult> {
  if (labels.length !== features.count) {
    throw new ShapeError(
      `caltech101: ${features.count} samples but ${labels.length} labels; pass one label per sample`,
    );
  }
  requireFinite(features);
  const seed = options.seed ?? 0;
  const runs: { svm: TrainedSvm; predicted: Int32Array; truth: Int32Array }[] = [];
  for (let index = 0; index < splits; index += 1) {
    const split = caltechSplit(labels, classes, { train, maximumTest, seed, index });
    const labelsOf = (samples: Int32Array): Int32Array => samples.map((sample) => labels[sample]!);
    const trainLabels = labelsOf(split.train);
    const { svm } = await trainChoosingC(
      takeRows(features, split.train),
      targetsFromLabels(trainLabels, classes),
      () => stratifiedHoldout(trainLabels, classes, { seed }),
      (scores, samples) =>
        meanPerClassAccuracy(
          predictions(scores, classes),
          samples.map((i) => trainLabels[i]!),
          classes,
        ),
      options,
    );
    const scores = await score(svm.model, features, split.test);
    runs.push({ svm, predicted: predictions(scores, classes), truth: labelsOf(split.test) });
  }
  const accuracies = runs.map(({ predicted, truth }) => meanPerClassAccuracy(predicted, truth, classes));
  const perSplit = runs.map(({ predicted, truth }) => perClassAccuracy(predicted, truth, classes));
  const { mean, deviation } = meanAndDeviation(accuracies);
  return {
    accuracies,
    accuracy: mean,
    deviation: runs.length > 1 ? deviation : null,
    c: runs.map(({ svm }) => svm.c),
    gap: Math.max(0, ...runs.map(({ svm }) => svm.gap)),
    perClass: Array.from({ length: classes }, (_, c) => meanAndDeviation(perSplit.map((shares) => shares[c]!)).mean),
  };
}

/** What `runVoc07` does. */
export async function runVoc07(
  features: FeatureMatrix,
  targets: Targets,
  parts: { readonly train: Int32Array; readonly val: Int32Array; readonly test: Int32Array },
  { method = '11point', score = scoreOnCpu, ...options }: ProtocolOptions & { method?: AveragePrecisionMethod } = {},
): Promise<VocResult> {
  if (targets.count !== features.count) {
    throw new ShapeError(
      `voc07: ${features.count} samples but targets of ${targets.count}; pass targets of the same samples`,
    );
  }
  requireFinite(features);
  const trainval = Int32Array.from([...parts.train, ...parts.val]);
  const ownTargets = takeTargets(targets, trainval);
  const positions = Int32Array.from(trainval.keys());
  const { svm, selection } = await trainChoosingC(
    takeRows(features, trainval),
    ownTargets,
    () => ({ train: positions.slice(0, parts.train.length), test: positions.slice(parts.train.length) }),
    (scores, samples) => meanAveragePrecision(averagePrecisions(scores, takeTargets(ownTargets, samples), method)),
    options,
  );
  const scores = await score(svm.model, features, parts.test);
  const perClass = averagePrecisions(scores, takeTargets(targets, parts.test), method);
  return { map: meanAveragePrecision(perClass), perClass, c: svm.c, gap: svm.gap, selection, svm };
}
