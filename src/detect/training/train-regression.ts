import { networkDevice } from '../../models/in-evaluation.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { requireFinite } from '../../svm/features.js';
import { Rng } from '../../tensor/rng.js';
import type { BoxRegression } from '../box-regression.js';
import { boxTargets, TARGETS } from '../box-targets.js';
import { boxArea, boxCount, iou, takeBoxes } from '../boxes.js';
import { readFeatures } from '../features/window-features.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingPicture, TrainingSet } from './examples.js';
import { ridge } from './ridge.js';
import { whiten } from './whitening.js';

/** How boxes are regressed; the defaults are the released code's (R-CNN: lambda 1000, IoU 0.6). */
export interface RegressionOptions {
  /** Weight of the squared length of the map. Default 4000, for vectors of mean length 20. */
  readonly lambda?: number;
  /** A window is an example of a class where its IoU with an object of it is above this. Default 0.5. */
  readonly minIou?: number;
  /** Room for the examples of all classes together; of more, a random choice is kept. Default 1 GiB. */
  readonly maxBytes?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<RegressionOptions> = {
  lambda: true,
  minIou: true,
  maxBytes: true,
  seed: true,
  onProgress: true,
  signal: true,
};

/** Keeps this stream apart from others of the same seed. */
const STREAM = 0x626f78;

export interface TrainedRegression {
  readonly model: BoxRegression;
  /** Windows that each class was trained on. */
  readonly examples: readonly number[];
}

/**
 * Trains the correction of boxes, one ridge regression for each class on pooled vectors (Girshick et al. 2014, appendix C).
 * @param scale what pooled vectors are multiplied with: 20 over their mean length
 * @throws SppgpuError for a vector that is not finite
 */
export async function trainRegression(
  source: WindowSource,
  set: TrainingSet,
  scale: number,
  options: RegressionOptions = {},
): Promise<TrainedRegression> {
  checkOptions('trainRegression', options, NAMES);
  const { lambda = 4000, minIou = 0.5, maxBytes = 2 ** 30, seed = 0, onProgress, signal } = options;
  const classes = set.classes.length;
  const { pooledDimension: dimension } = source.network;
  const capacity = Math.max(32, Math.floor(maxBytes / (classes * dimension * 4)));
  const samples = set.classes.map((_, label) => new Reservoir(dimension, capacity, new Rng(seed, [STREAM, label, 0])));
  for (let index = 0; index < set.length; index++) {
    signal?.throwIfAborted();
    const example = await set.at(index);
    if (example) await gather(source, example, samples, minIou);
    onProgress?.(index + 1, set.length);
  }
  const weights = new Float32Array(classes * TARGETS * dimension);
  const bias = new Float32Array(classes * TARGETS);
  for (const [label, reservoir] of samples.entries()) {
    signal?.throwIfAborted();
    if (reservoir.count === 0) continue;
    const found = await fitClass(source, reservoir, scale, lambda);
    weights.set(found.weights, label * TARGETS * dimension);
    bias.set(found.bias, label * TARGETS);
  }
  return { model: { classes, dimension, weights, bias }, examples: samples.map(({ count }) => count) };
}

/** The windows of a picture near an object become examples of its class. */
async function gather(
  source: WindowSource,
  { picture, truth, labels, proposals }: TrainingPicture,
  samples: readonly Reservoir[],
  minIou: number,
): Promise<void> {
  const wanted: { window: number; label: number; object: number }[] = [];
  for (let window = 0; window < boxCount(proposals); window++) {
    if (boxArea(proposals, window) === 0) continue;
    for (const label of new Set(labels)) {
      let [best, object] = [minIou, -1];
      for (let j = 0; j < labels.length; j++) {
        const shared = labels[j] === label ? iou(proposals, window, truth, j) : 0;
        if (shared > best) [best, object] = [shared, j];
      }
      if (object >= 0) wanted.push({ window, label, object });
    }
  }
  const windows = [...new Set(wanted.map(({ window }) => window))];
  const place = new Map(windows.map((window, i) => [window, i]));
  const size = source.network.pooledDimension;
  const vectors = await readFeatures(source, picture, takeBoxes(proposals, windows), { of: 'pooled' });
  for (const { window, label, object } of wanted) {
    const at = place.get(window)! * size;
    samples[label]!.offer(vectors.subarray(at, at + size), boxTargets(proposals, window, truth, object));
  }
}

/** One class: whitened targets, ridge, and the way back, folded into one map of unscaled vectors. */
async function fitClass(
  source: WindowSource,
  { rows, targets, count, dimension }: Reservoir,
  scale: number,
  lambda: number,
): Promise<{ weights: Float32Array; bias: Float32Array }> {
  const features = { data: rows.map((value) => value * scale), count, dimension };
  requireFinite(features);
  const { whitened, back } = whiten(targets, TARGETS);
  const solved = await ridge(networkDevice(source.network.network), features, whitened, lambda);
  const weights = new Float32Array(TARGETS * dimension);
  const bias = new Float32Array(TARGETS);
  for (let i = 0; i < TARGETS; i++) {
    const row = new Float64Array(dimension);
    let constant = back.mean[i]!;
    for (let j = 0; j < TARGETS; j++) {
      const share = back.inverse[i * TARGETS + j]!;
      constant += share * solved.bias[j]!;
      for (let k = 0; k < dimension; k++) row[k]! += share * solved.weights[j * dimension + k]! * scale;
    }
    weights.set(row, i * dimension);
    bias[i] = constant;
  }
  return { weights, bias };
}

/** A random choice of at most `capacity` examples out of any number (Vitter 1985, algorithm R). */
class Reservoir {
  private room = 0;
  private seen = 0;
  private vectors = new Float32Array(0);
  private wanted = new Float64Array(0);

  constructor(
    readonly dimension: number,
    private readonly capacity: number,
    private readonly rng: Rng,
  ) {}

  get count(): number {
    return Math.min(this.seen, this.capacity);
  }

  get rows(): Float32Array {
    return this.vectors.subarray(0, this.count * this.dimension);
  }

  get targets(): Float64Array {
    return this.wanted.subarray(0, this.count * TARGETS);
  }

  offer(row: Float32Array, targets: readonly number[]): void {
    const place = this.seen < this.capacity ? this.seen : this.rng.int(this.seen + 1);
    this.seen++;
    if (place >= this.capacity) return;
    if (place >= this.room) this.grow();
    this.vectors.set(row, place * this.dimension);
    this.wanted.set(targets, place * TARGETS);
  }

  private grow(): void {
    this.room = Math.min(this.capacity, Math.max(64, 2 * this.room));
    const [vectors, wanted] = [new Float32Array(this.room * this.dimension), new Float64Array(this.room * TARGETS)];
    vectors.set(this.vectors);
    wanted.set(this.wanted);
    [this.vectors, this.wanted] = [vectors, wanted];
  }
}
