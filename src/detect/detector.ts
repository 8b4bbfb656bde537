import { networkDevice } from '../models/in-evaluation.js';
import { indexSelect } from '../ops/index-select.js';
import type { Picture } from '../picture/picture.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { tensor } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import { type BoxRegression, BoxRegressor } from './box-regression.js';
import { TARGETS } from './box-targets.js';
import { type Boxes, boxCount, takeBoxes } from './boxes.js';
import { ClassScorer } from './class-scorer.js';
import type { Detection } from './detection.js';
import { DETECTION_LIMITS, type DetectionLimits, detectionsOf, type ScoredWindows } from './detections.js';
import { distinctWindows } from './features/distinct-windows.js';
import { StageClock, type StageSeconds, stage } from './features/stages.js';
import { windowFeatures } from './features/window-features.js';
import type { WindowSource } from './features/window-source.js';

/** What a detector consists of beside its network; plain data. */
export interface DetectorParts {
  readonly classes: readonly string[];
  /** Classifiers of scaled features. */
  readonly svm: LinearSvm;
  /** Whether a classifier was trained for each class: one without examples finds nothing. */
  readonly trained: readonly boolean[];
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
   * @param limits which windows become detections; by default those of the released code, which keep what scores above -1.5
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
    const scored = await this.score(picture, boxes, all.minScore, clock);
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
    // Windows on the same cells are one window to the network: of selective search's, one in ten at the paper's scale.
    const { first, like } = await stage(clock, 'pool', () => distinctWindows(this.source.keys(picture, boxes)));
    const own = await this.scoreEach(picture, takeBoxes(boxes, first), minScore, clock);
    const classes = this.classes.length;
    return {
      boxes,
      scores: takeEach(own.scores, like, classes),
      corrections: own.corrections && takeEach(own.corrections, like, classes * TARGETS),
    };
  }

  dispose(): void {
    this.scorer.dispose();
    this.regressor?.dispose();
    if (this.owned) this.source.network.network.dispose();
  }

  private async scoreEach(
    picture: Picture,
    boxes: Boxes,
    minScore: number,
    clock?: StageClock,
  ): Promise<Pick<ScoredWindows, 'scores' | 'corrections'>> {
    const classes = this.classes.length;
    const scores = new Float32Array(boxCount(boxes) * classes).fill(Number.NaN);
    const size = classes * TARGETS;
    const corrections = this.regressor && new Float32Array(boxCount(boxes) * size).fill(Number.NaN);
    for await (const { rows, features, pooled } of windowFeatures(this.source, picture, boxes, {
      ...(clock && { clock }),
    })) {
      const judge = async (): Promise<void> => {
        const found = await readAndFree(this.scorer.score(features));
        for (const [i, row] of rows.entries()) {
          for (const [label, trained] of this.parts.trained.entries()) {
            if (trained) scores[row * classes + label] = found[i * classes + label]!;
          }
        }
        if (!corrections) return;
        const wanted = [...rows.keys()].filter((i) =>
          scores.subarray(rows[i]! * classes, (rows[i]! + 1) * classes).some((score) => score > minScore),
        );
        if (wanted.length === 0) return;
        const own = await this.correctionsOf(pooled, wanted);
        for (const [place, i] of wanted.entries()) {
          corrections.set(own.subarray(place * size, (place + 1) * size), rows[i]! * size);
        }
      };
      await stage(clock, 'svm', judge);
    }
    return { scores, corrections };
  }

  private async correctionsOf(pooled: Tensor, rows: readonly number[]): Promise<Float32Array> {
    const indices = tensor(pooled.device, Int32Array.from(rows));
    const chosen = indexSelect(pooled, indices);
    const values = await readAndFree(this.regressor!.corrections(chosen));
    indices.dispose();
    chosen.dispose();
    return values;
  }
}

/** For each window, the values of the one that looks like it. */
function takeEach(values: Float32Array, like: Int32Array, size: number): Float32Array<ArrayBuffer> {
  const taken = new Float32Array(like.length * size);
  for (const [window, place] of like.entries()) {
    taken.set(values.subarray(place * size, (place + 1) * size), window * size);
  }
  return taken;
}

async function readAndFree(values: Tensor): Promise<Float32Array> {
  try {
    return (await values.data()) as Float32Array;
  } finally {
    values.dispose();
  }
}
