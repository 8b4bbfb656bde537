/** Training: recipes, sessions that are kept and resumed, metrics. Everything here runs in both worlds. */
export type { Metric } from '../report/metric.js';
export { validationName } from '../report/metric.js';
export type { Checkpoint, RunParts } from './checkpoint.js';
export { epochLine, epochScalars, epochText } from './epoch-report.js';
export type { FineTuning } from './fine-tuning.js';
export { captureCheckpoint, decodeCheckpoint, encodeCheckpoint, restoreCheckpoint } from './later-checkpoint.js';
export { METRICS } from './metrics.js';
export {
  type MultiLabelScores,
  multiLabel,
  type Objective,
  type SingleLabelScores,
  singleLabel,
  smoothedLabel,
  type Target,
} from './objective.js';
export { measuredPreparation, type TrainingPreparation } from './preparation.js';
export { PAPER_RECIPE, type Recipe } from './recipe.js';
export { type RecipeIngredients, recipeLoader, recipeSession } from './recipe-session.js';
export type { ReplicaState } from './replicas/replica-state.js';
export { type EpochLog, type LoggedEpoch, MemoryStore, type RunStore } from './run-store.js';
export { runSessionIn } from './session.js';
export type { ReplicaRounds, SessionResult, SessionSettings } from './session-settings.js';
export type { SizePolicy } from './size-policy.js';
export type { TrainingRecord, TrainingScores } from './task.js';
export { Trainer } from './trainer.js';
export type {
  EpochExtras,
  EpochRecord,
  EpochReport,
  Rounds,
  StepReport,
  StepSpan,
  TrainerOptions,
} from './trainer-options.js';
