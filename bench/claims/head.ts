import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  type Device,
  Generator,
  type ImageDataset,
  mul,
  nn,
  noGrad,
  optim,
  scope,
  type Tensor,
  tensor,
} from '../../src/node.js';
import { averagePrecisions, meanAveragePrecision } from '../../src/svm/average-precision.js';
import { targetsFromPresence } from '../../src/svm/targets.js';
import { Rng } from '../../src/tensor/rng.js';
import { FIXED_BINS, LEVELS, type PooledSet } from './pooled-views.js';

const HIDDEN = 256;
const BATCH = 50;
const DROPOUT = 0.5;
/** Vectors are scaled so that their mean length is this: the paper's constant for its detector's features. */
const LENGTH = 20;

export interface HeadOptions {
  readonly device: Device;
  readonly seed: number;
  readonly epochs: number;
  readonly lr: number;
  /** Reads the 6 x 6 level alone. */
  readonly singleLevel: boolean;
}

/** Two hidden fully connected layers and the classifier (the paper's fc6, fc7, fc8) on pooled vectors. */
export class Head {
  private readonly net: nn.Sequential;
  private readonly scale: number;
  private readonly inputs: number;

  private constructor(
    private readonly options: HeadOptions,
    dimension: number,
    sample: PooledSet,
    classes: number,
  ) {
    const { device, seed, singleLevel } = options;
    const bins = LEVELS.reduce((sum, level) => sum + level ** 2, 0);
    this.inputs = singleLevel ? (dimension / bins) * FIXED_BINS : dimension;
    this.scale = LENGTH / meanLength(sample, this.inputs);
    const generator = new Generator(seed);
    const { kaimingNormal, constant } = nn.init;
    const fresh = { device, generator, weightInit: kaimingNormal, biasInit: constant(0) };
    this.net = new nn.Sequential([
      new nn.Linear(this.inputs, HIDDEN, { ...fresh, activation: 'relu' }),
      new nn.Dropout(DROPOUT, generator),
      new nn.Linear(HIDDEN, HIDDEN, { ...fresh, activation: 'relu' }),
      new nn.Dropout(DROPOUT, generator),
      new nn.Linear(HIDDEN, classes, fresh),
    ]);
  }

  /**
   * Trains on vectors of one or several sizes.
   * @param sets the vectors that an epoch reads
   */
  static async train(
    options: HeadOptions,
    pictures: ImageDataset,
    sample: PooledSet,
    sets: (epoch: number) => PooledSet,
  ): Promise<Head> {
    const head = new Head(options, sample.dimension, sample, pictures.classes.length);
    const adam = new optim.AdamW(head.net.parameters(), { lr: options.lr });
    const schedule = new optim.CosineAnnealingLR(adam, options.epochs);
    const order = Uint32Array.from({ length: pictures.length }, (_, i) => i);
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      new Rng(options.seed, [1, epoch, 0]).shuffle(order);
      for (let from = 0; from < order.length; from += BATCH) {
        const batch = order.subarray(from, from + BATCH);
        scope(() => {
          const logits = head.logits(sets(epoch), batch);
          lossOf(logits, pictures, batch).backward();
          adam.step();
          adam.zeroGrad();
        });
      }
      // One wait per epoch bounds what is queued.
      await options.device.sync();
      schedule.step();
    }
    adam.dispose();
    head.net.eval();
    return head;
  }

  /** Top-1 accuracy, or for pictures of several classes the 11-point mean average precision. */
  async test(set: PooledSet, pictures: ImageDataset): Promise<number> {
    const all = Uint32Array.from({ length: pictures.length }, (_, i) => i);
    const classes = pictures.classes.length;
    const scores = new Float32Array(pictures.length * classes);
    for (let from = 0; from < all.length; from += BATCH) {
      const logits = noGrad(() => scope(() => this.logits(set, all.subarray(from, from + BATCH))));
      scores.set((await logits.data()) as Float32Array, from * classes);
      logits.dispose();
    }
    const entries = Array.from(all, (i) => pictures.entry(i));
    if (entries[0]?.labels) {
      const presence = entries.map(({ labels }) => labels!);
      return meanAveragePrecision(averagePrecisions(scores, targetsFromPresence(presence, classes)));
    }
    const hits = entries.filter(({ label }, row) => {
      const own = scores.subarray(row * classes, (row + 1) * classes);
      return own.every((score, c) => c === label || score < own[label]!);
    });
    return hits.length / entries.length;
  }

  dispose(): void {
    this.net.dispose();
  }

  private logits(set: PooledSet, rows: Uint32Array): Tensor {
    const values = new Float32Array(rows.length * this.inputs);
    for (const [place, row] of rows.entries()) {
      const start = row * set.dimension;
      values.set(set.data.subarray(start, start + this.inputs), place * this.inputs);
    }
    const vectors = tensor(this.options.device, values, { shape: [rows.length, this.inputs] });
    return this.net.forward(mul(vectors, this.scale));
  }
}

function lossOf(logits: Tensor, pictures: ImageDataset, batch: Uint32Array): Tensor {
  const entries = Array.from(batch, (i) => pictures.entry(i));
  if (!entries[0]!.labels) {
    return crossEntropy(
      logits,
      tensor(
        logits.device,
        Int32Array.from(entries, ({ label }) => label),
      ),
    );
  }
  const presence = entries.flatMap(({ labels }) => labels!);
  const like = (of: (value: number) => boolean) =>
    tensor(
      logits.device,
      Float32Array.from(presence, (value) => Number(of(value))),
      { shape: logits.shape },
    );
  const weight = like((value) => value !== 0);
  const summed = binaryCrossEntropyWithLogits(
    logits,
    like((value) => value > 0),
    { weight, reduction: 'sum' },
  );
  return mul(summed, 1 / entries.length);
}

function meanLength({ data, dimension }: PooledSet, inputs: number): number {
  const rows = data.length / dimension;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * dimension, row * dimension + inputs);
    sum += Math.sqrt(vector.reduce((squares, value) => squares + value * value, 0));
  }
  return sum / rows;
}
