export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Optimizer, type ParameterGroup, paperGroups } from './optimizer.js';
export type { OptimizerState, StoredOptimizerState } from './optimizer-state.js';
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
export { SGD, type SgdOptions } from './sgd.js';
