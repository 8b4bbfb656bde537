/** Linear support vector machines on feature vectors: L2-regularised hinge loss, one against the rest. */
export { deviceGram, deviceScores } from './device-gram.js';
export { type FeatureMatrix, featureMatrix, featureRows, l2Normalise, takeRows } from './features.js';
export { type Gram, gramMatrix } from './gram.js';
export { GrowingSvm, type HeldSample } from './growing-svm.js';
export { type LinearSvm, svmScores } from './linear-svm.js';
export { type TrainedSvm, trainOneVsRest } from './one-vs-rest.js';
export type { ClassWeights, SvmClassReport, SvmOptions } from './options.js';
export { type Criterion, type SelectedC, type Split, selectC } from './select-c.js';
export {
  type Targets,
  takeTargets,
  targetsFromLabels,
  targetsFromObjects,
  targetsFromPresence,
} from './targets.js';
