export { Adam, type AdamOptions, AdamW } from './adam.js';
export { Optimizer, type OptimizerState, type ParameterGroup, paperGroups } from './optimizer.js';
export {
  ConstantLR,
  CosineAnnealingLR,
  MultiStepLR,
  ReduceLROnPlateau,
  type Schedule,
  type ScheduleState,
  StepLR,
} from './schedules.js';
export { SGD, type SgdOptions } from './sgd.js';
