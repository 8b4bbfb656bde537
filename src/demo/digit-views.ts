import type { BatchItem } from '../data/image-batch.js';
import type { View } from '../picture/view.js';
import type { Rng } from '../tensor/rng.js';

/** Sides of a batch are multiples of this: fewer different sizes, so that more of the device's buffers are used again. */
const STEP = 4;
/** No side of a batch is shorter. */
const SHORTEST = 12;

/**
 * Height and width of a batch of pictures of like size and shape: their geometric means, shrunk so that the longer one is at
 * most `longest`.
 */
export function commonSize(items: readonly BatchItem[], longest: number): [height: number, width: number] {
  const mean = (length: (item: BatchItem) => number) =>
    Math.exp(items.reduce((sum, item) => sum + Math.log(length(item)), 0) / items.length);
  const [height, width] = [mean(({ image }) => image.height), mean(({ image }) => image.width)];
  const cap = Math.min(1, longest / Math.max(height, width));
  const scale = Math.max(cap, Math.min(1, SHORTEST / Math.min(height, width)));
  const rounded = (length: number) => Math.round((scale * length) / STEP) * STEP;
  return [rounded(height), rounded(width)];
}

/**
 * A training view: the picture with a little more or less border and a little to the side, at the size that its batch has.
 * What lies beyond the picture repeats its border, which is background.
 */
export function jittered({ rng, image }: BatchItem, outSize: [height: number, width: number]): Required<View> {
  const [x0, x1] = jitteredSpan(rng, image.width);
  const [y0, y1] = jitteredSpan(rng, image.height);
  return { sourceBox: [x0, y0, x1, y1], outSize, flip: false, shift: [0, 0, 0] };
}

function jitteredSpan(rng: Rng, length: number): [from: number, to: number] {
  const span = length * rng.logUniform(0.76, 1.4);
  const from = (length - span) * rng.uniform(0.2, 0.8) + length * rng.uniform(-0.08, 0.08);
  return [from, from + span];
}
