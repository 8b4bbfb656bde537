/** Classification as in the paper: views, features, protocols. */
export { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
export { type ClassifyOptions, canPoolWindows, classifyViews, type ViewMode, type ViewScores } from './evaluator.js';
export { extractFeatures, FEATURE_MODES, type FeatureMode, type FeatureOptions } from './features.js';
export * from './metrics.js';
export { type CaltechResult, type ProtocolOptions, runCaltech101, runVoc07, type VocResult } from './protocols.js';
export { averageViews, softmaxRows } from './scores.js';
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
export {
  insideProjection,
  type PixelWindow,
  type Projection,
  projectWindow,
  releasedConstants,
  releasedProjection,
} from './windows.js';
