import { checkOptions, type OptionNames } from '../../runtime/options.js';
import type { DetectorParts } from '../detector.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';
import type { MinedClass, MiningOptions } from './mining.js';

/** What is trained, one after the other. */
export type PartStage = 'lengths' | 'classifiers' | 'boxes';

export interface TrainPartsOptions {
  readonly mining?: MiningOptions;
  /** Weight of the squared length of the map that moves boxes. Default 1000, R-CNN's: for few windows. */
  readonly lambda?: number;
  /** How windows were proposed, for the detector's file. */
  readonly proposals?: Readonly<Record<string, unknown>>;
  /** Pictures over which mean lengths are measured. Default 20. */
  readonly normPictures?: number;
  readonly seed?: number;
  readonly onProgress?: (stage: PartStage, done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<TrainPartsOptions> = {
  ...{ mining: true, lambda: true, proposals: true, normPictures: true, seed: true, onProgress: true, signal: true },
};

export interface TrainedParts {
  /** Ready for `new Detector(source, parts)`. */
  readonly parts: DetectorParts;
  readonly classes: readonly MinedClass[];
}

/**
 * Trains a detector on the features of a network as it is: mean lengths, a linear SVM for each class with hard negatives, and the
 * correction of boxes. What trains is loaded with the first call. Everything stays in memory; `sppgpu detect train` goes through the same stages over a folder.
 * @throws SppgpuError for a feature that is not finite; the reason of `signal` when it aborts
 */
export async function trainParts(
  source: WindowSource,
  set: TrainingSet,
  options: TrainPartsOptions = {},
): Promise<TrainedParts> {
  checkOptions('trainParts', options, NAMES);
  const { mining, lambda = 1000, proposals = {}, normPictures = 20, seed = 0, onProgress, signal } = options;
  const [{ FEATURE_NORM, meanNorms }, { trainSvms }, { trainRegression }] = await Promise.all([
    import('./feature-norm.js'),
    import('./train-svms.js'),
    import('./train-regression.js'),
  ]);
  const told = (stage: PartStage) => (done: number, of: number) => onProgress?.(stage, done, of);
  const watch = { seed, ...(signal && { signal }) };
  const norms = await meanNorms(source, set, { pictures: normPictures, ...watch, onProgress: told('lengths') });
  const featureScale = FEATURE_NORM / norms.features;
  const { model, classes } = await trainSvms(
    source,
    set,
    featureScale,
    { seed, ...mining },
    { onProgress: told('classifiers'), ...(signal && { signal }) },
  );
  const regression = await trainRegression(source, set, FEATURE_NORM / norms.pooled, {
    ...{ lambda, ...watch },
    onProgress: told('boxes'),
  });
  const trained = classes.map(({ report }) => report !== null);
  const parts = { classes: set.classes, svm: model, trained, featureScale, regression: regression.model, proposals };
  return { parts, classes };
}
