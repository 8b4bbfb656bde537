import { networkDevice } from '../models/in-evaluation.js';
import type { Picture } from '../picture/picture.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { type BoxRegression, BoxRegressor } from './box-regression.js';
import { type Boxes, boxCount } from './boxes.js';
import { ClassScorer } from './class-scorer.js';
import type { Detection } from './detection.js';
import { DETECTION_LIMITS, type DetectionLimits, detectionsOf, lowest, type ScoredWindows } from './detections.js';
import { StageClock, type StageSeconds } from './features/stages.js';
import type { WindowSource } from './features/window-source.js';

/** What a detector consists of beside its network; plain data. */
export interface DetectorParts {
  readonly classes: readonly string[];
  /** Classifiers of scaled features. */
  readonly svm: LinearSvm;
  /** Whether a classifier was trained for each class: one without examples finds nothing. */
  readonly trained: readonly boolean[];
  /** Score of each class above which a window is taken for one: where training told its examples apart best. */
  readonly thresholds: readonly number[];
  /** What features are multiplied with before the classifiers. */
  readonly featureScale: number;
  readonly regression: BoxRegression | null;
  /** How proposals are made, by whoever makes them: plain JSON. */
  readonly proposals: Readonly<Record<string, unknown>>;
}

export interface DetectionResult {
  /** The surest first. */
  readonly detections: Detection[];
  /** Windows that were scored. */
  readonly windows: number;
  readonly seconds: StageSeconds;
}

const LIMIT_NAMES: OptionNames<DetectionLimits> = { minScore: true, nms: true, perClass: true };

/** Makes windows of a picture, perhaps in another thread. */
export type WindowsOf = (picture: Picture) => Boxes | Promise<Boxes>;

/** A trained detector on a device: the network's windows, their classifiers, the correction of boxes. */
export class Detector {
  private readonly scorer: ClassScorer;
  private readonly regressor: BoxRegressor | null;

  /** @param source stays the caller's, with its network, unless `owned` says otherwise */
  constructor(
    readonly source: WindowSource,
    readonly parts: DetectorParts,
    private readonly owned: boolean = false,
  ) {
    const device = networkDevice(source.network.network);
    this.scorer = new ClassScorer(device, parts.svm, parts.featureScale);
    this.regressor = parts.regression && new BoxRegressor(device, parts.regression);
  }

  get classes(): readonly string[] {
    return this.parts.classes;
  }

  /**
   * Finds things in a picture.
   * @param windows where they may be: boxes, or what makes them
   * @param limits which windows become detections; by default those of the released code, which keep what scores above -1.5, as
   * average precision wants it; for people `{ minScore: detector.parts.thresholds }`
   */
  async detect(
    picture: Picture,
    windows: Boxes | WindowsOf,
    limits: Partial<DetectionLimits> = {},
  ): Promise<DetectionResult> {
    checkOptions('detect', limits, LIMIT_NAMES);
    const clock = new StageClock(networkDevice(this.source.network.network));
    const boxes = await clock.measure('proposals', () => (typeof windows === 'function' ? windows(picture) : windows));
    const all = { ...DETECTION_LIMITS, ...limits };
    const scored = await this.score(picture, boxes, lowest(all.minScore), clock);
    const detections = await clock.measure('nms', () => detectionsOf(scored, this.classes.length, picture, all));
    return { detections, windows: boxCount(boxes), seconds: clock.seconds };
  }

  /**
   * Scores windows, without suppressing any: what several detectors say can be put together before that.
   * @param minScore windows that no class scores above it need no correction
   */
  async score(
    picture: Picture,
    boxes: Boxes,
    minScore = DETECTION_LIMITS.minScore,
    clock?: StageClock,
  ): Promise<ScoredWindows> {
    const later = await import('./later.js');
    const { source, parts, scorer, regressor } = this;
    return later.scoreWindows({ source, parts, scorer, regressor }, picture, boxes, minScore, clock);
  }

  dispose(): void {
    this.scorer.dispose();
    this.regressor?.dispose();
    if (this.owned) this.source.network.network.dispose();
  }
}
