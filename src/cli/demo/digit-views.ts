import type { PreprocessRecord } from '../../data/augment.js';
import type { Rng } from '../../tensor/philox.js';

/** The digit fills between this share of the square and all of it. */
const LEAST_FILL = 0.55;

/**
 * A training view of a digit: the whole picture at its own aspect ratio, at a random scale and place inside a square.
 * What lies beyond the picture repeats its border, which is background.
 */
export function placedInSquare(rng: Rng, width: number, height: number, size: number): PreprocessRecord {
  const fill = Math.exp(rng.uniform(Math.log(LEAST_FILL), 0));
  const side = Math.max(width, height) / fill;
  const x0 = (width - side) * rng.uniform();
  const y0 = (height - side) * rng.uniform();
  return { sourceBox: [x0, y0, x0 + side, y0 + side], outSize: [size, size], flip: false, shift: [0, 0, 0] };
}
