import { Rng } from '../../tensor/rng.js';
import { boxCount, takeBoxes } from '../boxes.js';
import { windowFeatures } from '../features/window-features.js';
import type { WindowSource } from '../features/window-source.js';
import type { TrainingSet } from './examples.js';

/** Length to which features are scaled on average, so that the constants C and bias mean the same for every layer. */
export const FEATURE_NORM = 20;

/** Keeps this stream apart from others of the same seed. */
const STREAM = 0x6e6f72;

/** Mean Euclidean lengths of the vectors of random windows. */
export interface MeanNorms {
  readonly features: number;
  readonly pooled: number;
}

export interface NormOptions {
  readonly pictures?: number;
  readonly windows?: number;
  readonly seed?: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** Measures mean lengths over up to 200 random pictures with 200 random windows each, as the released code does. */
export async function meanNorms(source: WindowSource, set: TrainingSet, options: NormOptions = {}): Promise<MeanNorms> {
  const { pictures = 200, windows = 200, seed = 0, onProgress, signal } = options;
  const rng = new Rng(seed, [STREAM, 0, 0]);
  const order = rng.shuffle(Uint32Array.from({ length: set.length }, (_, i) => i));
  const wanted = Math.min(pictures, set.length);
  const sums = { features: 0, pooled: 0, count: 0 };
  let done = 0;
  for (const index of order) {
    if (done >= wanted) break;
    signal?.throwIfAborted();
    const example = await set.at(index);
    if (!example || boxCount(example.proposals) === 0) continue;
    const places = new Rng(seed, [STREAM, 1, index]).shuffle(
      Uint32Array.from({ length: boxCount(example.proposals) }, (_, i) => i),
    );
    const boxes = takeBoxes(example.proposals, places.subarray(0, windows));
    for await (const { rows, features, pooled } of windowFeatures(source, example.picture, boxes)) {
      const own = lengths((await features.data()) as Float32Array, rows.length);
      sums.features += own;
      sums.pooled += pooled === features ? own : lengths((await pooled.data()) as Float32Array, rows.length);
    }
    sums.count += boxCount(boxes);
    onProgress?.(++done, wanted);
  }
  const mean = (sum: number): number => (sum > 0 ? sum / sums.count : 1);
  return { features: mean(sums.features), pooled: mean(sums.pooled) };
}

/** Sum of the Euclidean lengths of the rows. */
function lengths(rows: Float32Array, count: number): number {
  const size = rows.length / count;
  let total = 0;
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let k = row * size; k < (row + 1) * size; k++) squares += rows[k]! * rows[k]!;
    total += Math.sqrt(squares);
  }
  return total;
}
