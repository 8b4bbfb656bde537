export { Adam, type AdamOptions, AdamW } from './adam.js';
export { clipGradNorm, clipGradValue } from './clip-gradients.js';
export { CosineAnnealingWarmRestarts, type CosineAnnealingWarmRestartsOptions } from './cosine-restarts-lr.js';
export { type Averaged, type EmaOptions, ExponentialMovingAverage } from './ema.js';
export { ExponentialLR } from './exponential-lr.js';
export { GradScaler, type GradScalerOptions, type GradScalerState } from './grad-scaler.js';
export { LambdaLR } from './lambda-lr.js';
export { LinearLR, type LinearLROptions } from './linear-lr.js';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle-lr.js';
export { Optimizer, type ParameterGroup, paperGroups } from './optimizer.js';
export type { OptimizerState, StoredOptimizerState } from './optimizer-state.js';
export { RMSprop, type RmspropOptions } from './rmsprop.js';
export {
  ConstantLR,
  CosineAnnealingLR,
  type EpochSchedule,
  MultiStepLR,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  type ScheduleState,
  StepLR,
} from './schedules.js';
export { SequentialLR } from './sequential-lr.js';
export { SGD, type SgdOptions } from './sgd.js';
