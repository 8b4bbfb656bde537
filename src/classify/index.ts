/** Classification as in the paper: views, features, protocols. */
export { type Evaluation, evaluate } from './evaluate.js';
export { evaluateLabels, type LabelEvaluation } from './evaluate-labels.js';
export { type ClassifyOptions, canPoolWindows, classifyViews, type ViewMode, type ViewScores } from './evaluator.js';
export { extractFeatures, FEATURE_MODES, type FeatureMode, type FeatureOptions } from './features.js';
export * from './metrics.js';
export {
  type CaltechResult,
  type ProtocolOptions,
  runCaltech101,
  runVoc07,
  type Scorer,
  type VocResult,
} from './protocols.js';
export type { EvaluateOptions, ScoredPictures } from './score-pictures.js';
export { averageViews, sigmoidRows, softmaxRows } from './scores.js';
export {
  countViews,
  modelProtocol,
  type Positions,
  planViews,
  VIEW_PROTOCOLS,
  type ViewPass,
  type ViewProtocol,
  viewProtocol,
} from './views.js';
