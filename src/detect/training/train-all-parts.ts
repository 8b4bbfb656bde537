import { checkOptions, type OptionNames } from '../../runtime/options.js';
import type { DetectorParts } from '../detector.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';
import { FEATURE_NORM, meanNorms } from './feature-norm.js';
import type { MinedClass, MiningOptions } from './mining.js';
import { trainRegression } from './train-regression.js';
import { trainSvms } from './train-svms.js';

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

export interface TrainedParts {
  /** Ready for `new Detector(source, parts)`. */
  readonly parts: DetectorParts;
  readonly classes: readonly MinedClass[];
}

const NAMES: OptionNames<TrainPartsOptions> = {
  ...{ mining: true, lambda: true, proposals: true, normPictures: true, seed: true, onProgress: true, signal: true },
};

/** See `trainParts`. */
export async function trainParts(
  source: WindowSource,
  set: TrainingSet,
  options: TrainPartsOptions,
): Promise<TrainedParts> {
  checkOptions('trainParts', options, NAMES);
  const { mining, lambda = 1000, proposals = {}, normPictures = 20, seed = 0, onProgress, signal } = options;
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
  const thresholds = classes.map(({ threshold }) => threshold);
  const parts = {
    ...{ classes: set.classes, svm: model, trained, thresholds, featureScale },
    ...{ regression: regression.model, proposals },
  };
  return { parts, classes };
}
