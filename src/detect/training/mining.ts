import { networkDevice } from '../../models/in-evaluation.js';
import { indexSelect } from '../../ops/index-select.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { bestThreshold } from '../../svm/best-threshold.js';
import { GrowingSvm, type HeldSample } from '../../svm/growing-svm.js';
import type { LinearSvm } from '../../svm/linear-svm.js';
import type { SvmClassReport } from '../../svm/options.js';
import { tensor } from '../../tensor/create.js';
import type { Tensor } from '../../tensor/tensor.js';
import { boxCount, takeBoxes } from '../boxes.js';
import { ClassScorer } from '../class-scorer.js';
import { distinctWindows } from '../features/distinct-windows.js';
import { windowFeatures } from '../features/window-features.js';
import type { WindowSource } from '../features/window-source.js';
import { byScore } from '../nms.js';
import { withoutNearCopies } from './distinct.js';
import type { TrainingPicture } from './examples.js';
import { HeldRows } from './held-rows.js';
import { gatherSamples, type MiningState } from './mining-state.js';
import { overlapsOf } from './overlaps.js';

/** How classifiers of windows are trained; the defaults are those of the released code (and of R-CNN). */
export interface MiningOptions {
  readonly c?: number;
  /** Weight of a positive against a negative. Default 2. */
  readonly positiveWeight?: number;
  /** Constant feature behind the bias. Default 10, for features of mean length 20. */
  readonly biasFeature?: number;
  /** A window is a negative of a class where its IoU with all of that class's objects is below this. Default 0.3. */
  readonly negativeIou?: number;
  /** Negatives with a higher score than this are added. Default -1.0001. */
  readonly enter?: number;
  /** After each training negatives with a lower score leave. Default -1.2. */
  readonly evict?: number;
  /** A class is trained anew when it has this many new negatives. Default 2,000. */
  readonly retrainAfter?: number;
  /** Of the new negatives of a picture, those leave that overlap a better one of the class by more than this; 1: none. Default 0.7. */
  readonly nearCopies?: number;
  /** Room for the examples of all classes together; where it is short, the easiest negatives leave. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Relative duality gap at which a class is solved in the end. Default 1e-3; on the way there, 1e-2 will do. */
  readonly tolerance?: number;
  readonly seed?: number;
}

const NAMES: OptionNames<MiningOptions> = {
  c: true,
  positiveWeight: true,
  biasFeature: true,
  negativeIou: true,
  enter: true,
  evict: true,
  retrainAfter: true,
  nearCopies: true,
  maxBytes: true,
  tolerance: true,
  seed: true,
};

const MINING_DEFAULTS: Readonly<Required<MiningOptions>> = {
  c: 1e-3,
  positiveWeight: 2,
  biasFeature: 10,
  negativeIou: 0.3,
  enter: -1.0001,
  evict: -1.2,
  retrainAfter: 2000,
  nearCopies: 0.7,
  maxBytes: 2 ** 30,
  tolerance: 1e-3,
  seed: 0,
};

const ROUGH_TOLERANCE = 1e-2;

/** What became of a class. */
export interface MinedClass {
  readonly positives: number;
  /** Negatives that are held at the end. */
  readonly negatives: number;
  /** Null for a class without positives, which is not trained. */
  readonly report: SvmClassReport | null;
  /** Score above which a window is taken for one of the class: best F1 over the positives and negatives that are held. */
  readonly threshold: number;
}

/**
 * Linear SVMs of all classes over the windows of many pictures, with one pass of hard-negative mining (paper 4.2; Felzenszwalb
 * et al. 2010): objects are positives, windows far from all objects of a class its negatives. Pictures come one at a time; what
 * is held are positives and hard negatives only.
 */
export class Miner {
  private readonly settings: Required<MiningOptions>;
  private readonly svms: readonly GrowingSvm[];
  /** Positives of each class; they never leave. */
  private readonly positives: number[];
  /** Negatives of each class since its last training. */
  private readonly fresh: number[];
  private readonly reports: (SvmClassReport | null)[];
  private weights: Float32Array<ArrayBuffer>;
  private bias: Float32Array<ArrayBuffer>;
  private readonly held = new HeldRows();
  private scorer: ClassScorer | null = null;
  /** Whether a first picture has given its negatives, and all classes are trained. */
  private begun = false;

  /**
   * @param scale what features are multiplied with: 20 over their mean length
   * @throws SppgpuError for an option out of range
   */
  constructor(
    private readonly source: WindowSource,
    private readonly classes: number,
    private readonly scale: number,
    options: MiningOptions = {},
  ) {
    checkOptions('Miner', options, NAMES);
    this.settings = { ...MINING_DEFAULTS, ...options };
    const { c, positiveWeight, biasFeature, tolerance, seed } = this.settings;
    const { dimension } = source.network;
    const classWeights = { positive: positiveWeight, negative: 1 };
    this.svms = Array.from(
      { length: classes },
      (_, index) => new GrowingSvm(dimension, { c, classWeights, biasFeature, tolerance, seed: seed + index }),
    );
    this.positives = new Array<number>(classes).fill(0);
    this.fresh = new Array<number>(classes).fill(0);
    this.reports = new Array<SvmClassReport | null>(classes).fill(null);
    this.weights = new Float32Array(classes * dimension);
    this.bias = new Float32Array(classes);
  }

  /** The objects of a picture become positives of their classes. To be called for every picture before the first `addNegatives`. */
  async addPositives({ picture, truth, labels }: TrainingPicture): Promise<void> {
    for await (const { rows, features } of windowFeatures(this.source, picture, truth)) {
      const values = await this.scaled(features);
      for (const [i, row] of rows.entries()) this.add(labels[row]!, values.slice(...this.range(i)), 1);
    }
  }

  /** Negatives of a picture that the classifiers get wrong, or nearly so, are added; those of the first picture all. */
  async addNegatives(example: TrainingPicture): Promise<void> {
    const { picture, truth, proposals } = example;
    const all = concatArrays(Float32Array, [truth, proposals]);
    const windows = takeBoxes(all, distinctWindows(this.source.keys(picture, all)).first);
    if (boxCount(windows) === 0) return;
    const { byClass } = overlapsOf(windows, example, this.classes);
    const isNegative = (window: number, label: number): boolean =>
      byClass[window * this.classes + label]! < this.settings.negativeIou;
    const found = await this.candidates(picture, windows, isNegative);
    for (let label = 0; label < this.classes; label++) {
      if (!this.isTrainable(label)) continue;
      const own = found.filter(({ scores, window }) => this.enters(scores[label]!) && isNegative(window, label));
      const best = [...byScore(own.map(({ scores }) => scores[label]!))].map((place) => own[place]!);
      const kept = new Set(
        withoutNearCopies(
          windows,
          best.map(({ window }) => window),
          this.settings.nearCopies,
        ),
      );
      for (const { window, row } of best) {
        if (kept.delete(window) && (this.held.has(row) || this.hasRoom())) this.add(label, row, -1);
      }
      if (this.begun && this.fresh[label]! > this.settings.retrainAfter) this.train(label);
    }
    if (!this.begun) {
      this.begun = true;
      this.trainAll(this.roughly);
    }
  }

  /** The last training of all classes. */
  finish(): readonly MinedClass[] {
    this.trainAll(this.settings.tolerance);
    return this.svms.map((svm, label) => {
      const positives = this.positives[label]!;
      const threshold = bestThreshold(svm.scores(), svm.samples.targets);
      return { positives, negatives: svm.count - positives, report: this.reports[label]!, threshold };
    });
  }

  /** The classifiers of scaled features; zeros for a class without positives. */
  get model(): LinearSvm {
    const { dimension } = this.source.network;
    return { classes: this.classes, dimension, weights: this.weights.slice(), bias: this.bias.slice() };
  }

  /** All that another miner needs to go on from here. */
  get state(): MiningState {
    const { begun, fresh, weights, bias } = this;
    const { dimension } = this.source.network;
    return {
      begun,
      fresh: [...fresh],
      weights: weights.slice(),
      bias: bias.slice(),
      ...gatherSamples(this.svms, dimension),
    };
  }

  /** Goes on from a state, in a miner that has seen nothing yet. */
  restore({ begun, fresh, weights, bias, rows, samples }: MiningState): void {
    this.begun = begun;
    this.weights = weights.slice();
    this.bias = bias.slice();
    const all = Array.from({ length: rows.length / this.source.network.dimension }, (_, row) =>
      rows.slice(...this.range(row)),
    );
    for (const [label, { rows: places, targets, alpha }] of samples.entries()) {
      const own = Array.from(places, (place) => all[place]!);
      this.fresh[label] = fresh[label]!;
      this.positives[label] = targets.reduce((sum, target) => sum + Number(target > 0), 0);
      this.svms[label]!.add(own, targets, alpha);
      for (const row of own) this.held.take(row);
    }
    this.renew();
  }

  dispose(): void {
    this.scorer?.dispose();
    this.scorer = null;
  }

  /** Windows that some class may take as a negative, with their scores and scaled features. */
  private async candidates(
    picture: TrainingPicture['picture'],
    windows: TrainingPicture['proposals'],
    isNegative: (window: number, label: number) => boolean,
  ): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for await (const { rows, features } of windowFeatures(this.source, picture, windows)) {
      const scores = await this.scoresOf(features);
      const wanted = [...rows.keys()].filter((i) =>
        this.svms.some(
          (_, label) =>
            this.isTrainable(label) && this.enters(scores[i * this.classes + label]!) && isNegative(rows[i]!, label),
        ),
      );
      if (wanted.length === 0) continue;
      const values = await this.scaled(features, wanted);
      for (const [place, i] of wanted.entries()) {
        found.push({
          window: rows[i]!,
          scores: scores.subarray(i * this.classes, (i + 1) * this.classes),
          // A copy, so that one window that stays does not keep all others of its part in memory.
          row: values.slice(...this.range(place)),
        });
      }
    }
    return found;
  }

  private enters(score: number): boolean {
    return !this.begun || score > this.settings.enter;
  }

  private async scoresOf(features: Tensor): Promise<Float32Array> {
    if (!this.scorer) return new Float32Array(features.shape[0]! * this.classes);
    const scores = this.scorer.score(features);
    const values = (await scores.data()) as Float32Array;
    scores.dispose();
    return values;
  }

  /** Features on the host, scaled; some of the rows, or all. */
  private async scaled(features: Tensor, rows?: readonly number[]): Promise<Float32Array> {
    let chosen = features;
    if (rows && rows.length < features.shape[0]!) {
      const indices = tensor(features.device, Int32Array.from(rows));
      chosen = indexSelect(features, indices);
      indices.dispose();
    }
    const values = (await chosen.data()) as Float32Array;
    if (chosen !== features) chosen.dispose();
    for (let i = 0; i < values.length; i++) values[i]! *= this.scale;
    return values;
  }

  private range(row: number): [number, number] {
    const { dimension } = this.source.network;
    return [row * dimension, (row + 1) * dimension];
  }

  private add(label: number, row: Float32Array, target: 1 | -1): void {
    this.svms[label]!.add([row], [target]);
    this.held.take(row);
    (target > 0 ? this.positives : this.fresh)[label]!++;
  }

  private evict(label: number, leaves: (sample: HeldSample) => boolean): void {
    this.svms[label]!.evict((sample) => {
      const leaving = leaves(sample);
      if (leaving) this.held.release(sample.row);
      return leaving;
    });
  }

  /** A class without an object cannot be told from anything. */
  private isTrainable(label: number): boolean {
    return this.positives[label]! > 0;
  }

  /** Whether another example has room; makes room where there is none: of each class the easiest quarter of negatives leaves. */
  private hasRoom(): boolean {
    const capacity = Math.max(64, Math.floor(this.settings.maxBytes / (this.source.network.dimension * 4)));
    if (this.held.count < capacity) return true;
    // The first picture alone may have more than fits: what is left of it comes as a hard negative or not at all.
    if (!this.begun) return false;
    for (const [label, svm] of this.svms.entries()) {
      if (!this.isTrainable(label)) continue;
      if (this.fresh[label]! > 0) this.solve(label, this.roughly);
      const scores = svm.scores();
      const { targets } = svm.samples;
      const negatives = [...targets.keys()].filter((i) => targets[i]! < 0);
      const easiest = negatives
        .sort((a, b) => scores[a]! - scores[b]! || a - b)
        .slice(0, Math.ceil(negatives.length / 4));
      const leaving = new Set(easiest);
      this.evict(label, ({ index }) => leaving.has(index));
    }
    this.renew();
    return this.held.count < capacity;
  }

  /** The gap at which a class is solved whose negatives are not all known yet. */
  private get roughly(): number {
    return Math.max(ROUGH_TOLERANCE, this.settings.tolerance);
  }

  private trainAll(tolerance: number): void {
    for (let label = 0; label < this.classes; label++) if (this.isTrainable(label)) this.solve(label, tolerance);
    this.renew();
  }

  private train(label: number): void {
    this.solve(label, this.roughly);
    this.renew();
  }

  private solve(label: number, tolerance: number): void {
    const svm = this.svms[label]!;
    this.reports[label] = svm.solve(tolerance);
    this.weights.set(svm.model.weights, this.range(label)[0]);
    this.bias[label] = svm.model.bias[0]!;
    this.fresh[label] = 0;
    this.evict(label, ({ target, score }) => target < 0 && score < this.settings.evict);
  }

  private renew(): void {
    this.scorer?.dispose();
    this.scorer = new ClassScorer(networkDevice(this.source.network.network), this.model, this.scale);
  }
}

interface Candidate {
  readonly window: number;
  /** Of each class; 0 before the first training. */
  readonly scores: Float32Array;
  /** Scaled features. */
  readonly row: Float32Array;
}
