/** Classification as in the paper: views, features, protocols. */

export { canPoolWindows } from './can-pool-windows.js';
export { evaluate, evaluateLabels } from './evaluate.js';
export type { Evaluation } from './evaluate-classes.js';
export type { LabelEvaluation } from './evaluate-label-lists.js';
export { classifyViews } from './evaluator.js';
export { FEATURE_MODES, type FeatureMode, type FeatureOptions } from './feature-settings.js';
export { extractFeatures } from './features.js';
export * from './metrics.js';
export { runCaltech101, runVoc07 } from './protocols.js';
export type { EvaluateOptions, ScoredPictures } from './score-pictures.js';
export type { ClassifyOptions, ViewMode, ViewScores } from './score-views.js';
export { averageViews, sigmoidRows, softmaxRows } from './scores.js';
export type { CaltechResult, ProtocolOptions, Scorer, VocResult } from './svm-protocols.js';
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
