/** Detection as in the paper: a detector from a file, its windows and features; what runs in both worlds. */
export type { BoxRegression } from './box-regression.js';
export { type Boxes, boxesOf, clipBoxes, iou } from './boxes.js';
export { detectTogether } from './detect-together.js';
export type { Detection } from './detection.js';
export { DETECTION_LIMITS, type DetectionLimits, detectionsOf, type ScoredWindows } from './detections.js';
export { type DetectionResult, Detector, type DetectorParts, type WindowsOf } from './detector.js';
export * from './edges/index.js';
export {
  type ClassDetection,
  type DetectionEvaluation,
  evaluateDetections,
  type JudgedPicture,
} from './evaluation/evaluate-detections.js';
export type { Match as DetectionMatch, Outcome as DetectionOutcome } from './evaluation/match.js';
export type { MapMaker } from './features/picture-maps.js';
export type { ProjectionName } from './features/place-windows.js';
export { readFeatures } from './features/read-features.js';
export { RegionNetwork } from './features/region-network.js';
export { RememberedMaps } from './features/remembered-maps.js';
export type { ScaleRule } from './features/scale-rule.js';
export { paperScales, type SppWindowOptions, SppWindows } from './features/spp-windows.js';
export { type Stage, StageClock, type StageSeconds } from './features/stages.js';
export { type WarpedWindowOptions, WarpedWindows } from './features/warped-windows.js';
export type { PooledPart, ReadOptions, WindowOptions, WindowSource } from './features/window-source.js';
export { nms } from './nms.js';
export { encodeDetector, openDetector } from './open-detector.js';
export { type TrainingPicture, type TrainingSet, truthOf } from './training/examples.js';
export type { MinedClass, MiningOptions } from './training/mining.js';
export type { PartStage, TrainedParts, TrainPartsOptions } from './training/train-all-parts.js';
export { trainParts } from './training/train-parts.js';
