import { concatArrays } from '../../runtime/concat-arrays.js';
import { Rng } from '../../tensor/rng.js';
import { boxCount, takeBoxes } from '../boxes.js';
import { readFeatures } from '../features/window-features.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingPicture, TrainingSet } from './examples.js';
import { overlapsOf } from './overlaps.js';

/** Composition of a batch (paper 4.2; the released code): a quarter of positives. */
const BATCH = { positives: 32, negatives: 96 } as const;
const BATCH_SIZE = BATCH.positives + BATCH.negatives;

/** IoU with an object from which a window is a positive, and from which it is a negative worth training on. */
const POSITIVE_IOU = 0.5;
const NEGATIVE_IOU = 0.1;

/** Keeps this stream apart from others of the same seed. */
const STREAM = 0x726f69;

export interface BatchOptions {
  /** Scale of each window: drawn at random (the released code), or the rule's. */
  readonly scales: 'random' | 'best';
  /** Whether pictures are mirrored by chance. */
  readonly flips: boolean;
  readonly seed: number;
}

/** Pooled vectors of windows with their classes; class 0 is the background, class c + 1 the data's c. */
export interface RegionExamples {
  /** [count, pooledDimension] */
  readonly vectors: Float32Array;
  readonly labels: Int32Array;
}

interface Candidate {
  readonly at: number;
  readonly window: number;
  readonly label: number;
}

/** A picture that was drawn, with its windows and how it is looked at. */
interface Drawn {
  readonly example: TrainingPicture;
  readonly boxes: Float32Array;
  readonly flip: boolean;
}

/**
 * Batches of windows out of random pictures, drawn chunk by chunk: a chunk's numbers depend on seed and place alone, so that a
 * run can go on at any of them.
 */
export class RegionBatches {
  constructor(
    private readonly source: WindowSource,
    private readonly set: TrainingSet,
    private readonly options: BatchOptions,
  ) {}

  /**
   * The batches of a chunk. Where its pictures have too few positives or negatives, some come several times.
   * @param pictures drawn for the chunk
   * @returns none where there are no positives at all
   */
  async chunk(index: number, batches: number, pictures: number): Promise<RegionExamples[]> {
    const rng = new Rng(this.options.seed, [STREAM, 0, index]);
    const drawn = await this.draw(index, pictures);
    const [positives, negatives] = this.candidates(drawn);
    if (positives.length === 0 || negatives.length === 0) return [];
    const own = [
      ...takeCyclic(rng.shuffle(positives), BATCH.positives * batches),
      ...takeCyclic(rng.shuffle(negatives), BATCH.negatives * batches),
    ];
    const { vectors, labels } = await this.pool(drawn, own, rng);
    const size = this.source.network.pooledDimension;
    return Array.from({ length: batches }, (_, batch) => {
      const rows = Array.from({ length: BATCH_SIZE }, (_unused, i) =>
        i < BATCH.positives
          ? batch * BATCH.positives + i
          : BATCH.positives * batches + batch * BATCH.negatives + i - BATCH.positives,
      );
      const part = new Float32Array(BATCH_SIZE * size);
      for (const [i, row] of rows.entries()) part.set(vectors.subarray(row * size, (row + 1) * size), i * size);
      return { vectors: part, labels: Int32Array.from(rows, (row) => labels[row]!) };
    });
  }

  /** The pictures of a chunk, out of the set in random order, pass after pass. */
  private async draw(index: number, pictures: number): Promise<Drawn[]> {
    const drawn: Drawn[] = [];
    const { length } = this.set;
    const orders = new Map<number, Uint32Array>();
    for (let i = 0; i < pictures; i++) {
      const place = index * pictures + i;
      const pass = Math.floor(place / length);
      if (!orders.has(pass)) {
        const order = Uint32Array.from({ length }, (_, at) => at);
        orders.set(pass, new Rng(this.options.seed, [STREAM, 1, pass]).shuffle(order));
      }
      const example = await this.set.at(orders.get(pass)![place % length]!);
      if (!example) continue;
      const flip = this.options.flips && new Rng(this.options.seed, [STREAM, 2, place]).uniform() < 0.5;
      drawn.push({ example, boxes: concatArrays(Float32Array, [example.truth, example.proposals]), flip });
    }
    return drawn;
  }

  private candidates(drawn: readonly Drawn[]): [Candidate[], Candidate[]] {
    const positives: Candidate[] = [];
    const negatives: Candidate[] = [];
    for (const [at, { example, boxes }] of drawn.entries()) {
      const { best, bestIou } = overlapsOf(boxes, example, this.set.classes.length);
      for (const [window, shared] of bestIou.entries()) {
        if (shared >= POSITIVE_IOU) positives.push({ at, window, label: example.labels[best[window]!]! + 1 });
        else if (shared >= NEGATIVE_IOU) negatives.push({ at, window, label: 0 });
      }
    }
    return [positives, negatives];
  }

  /** Vectors of the chosen windows: each picture's in one go. */
  private async pool(drawn: readonly Drawn[], chosen: readonly Candidate[], rng: Rng): Promise<RegionExamples> {
    const size = this.source.network.pooledDimension;
    const vectors = new Float32Array(chosen.length * size);
    const scaleCount = (this.source.settings as { scales?: readonly number[] }).scales?.length ?? 1;
    for (const [at, { example, boxes, flip }] of drawn.entries()) {
      const own = [...chosen.keys()].filter((row) => chosen[row]!.at === at);
      if (own.length === 0) continue;
      const windows = takeBoxes(
        boxes,
        own.map((row) => chosen[row]!.window),
      );
      const random = this.options.scales === 'random' && scaleCount > 1;
      const values = await readFeatures(this.source, example.picture, windows, {
        of: 'pooled',
        flip,
        ...(random && { scales: Array.from({ length: boxCount(windows) }, () => rng.int(scaleCount)) }),
      });
      for (const [i, row] of own.entries()) vectors.set(values.subarray(i * size, (i + 1) * size), row * size);
    }
    return { vectors, labels: Int32Array.from(chosen, ({ label }) => label) };
  }
}

/** The first `count` of a list that begins anew when it ends. */
function takeCyclic<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => list[i % list.length]!);
}
