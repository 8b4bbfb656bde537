import type { View } from '../../picture/view.js';
import type { Rng } from '../../tensor/rng.js';

/**
 * A training view of a digit: a square out of a picture of any shape. Half of the views keep the digit's own scale, shrunk
 * only where it does not fit; the others stretch a box between the picture's own shape and a square. What lies beyond the
 * picture repeats its border, which is background. So the net sees scales and shapes around those of whole pictures,
 * though every batch is square.
 */
export function squareView(rng: Rng, width: number, height: number, size: number): Required<View> {
  return rng.uniform() < 0.5 ? ownScale(rng, width, height, size) : stretched(rng, width, height, size);
}

function ownScale(rng: Rng, width: number, height: number, size: number): Required<View> {
  const side = Math.max(size * logUniform(rng, 0.9, 1.1), width, height);
  return view(rng, width, height, side, side, size);
}

function stretched(rng: Rng, width: number, height: number, size: number): Required<View> {
  const longer = Math.max(width, height);
  const squareness = rng.uniform();
  const towardsSquare = (length: number) => length ** (1 - squareness) * longer ** squareness;
  const boxWidth = towardsSquare(width) * logUniform(rng, 0.95, 1.15);
  const boxHeight = towardsSquare(height) * logUniform(rng, 0.95, 1.15);
  return view(rng, width, height, boxWidth, boxHeight, size);
}

/** A box around the middle of the picture, shifted by up to 30 % of what is spare. */
function view(
  rng: Rng,
  width: number,
  height: number,
  boxWidth: number,
  boxHeight: number,
  size: number,
): Required<View> {
  const x0 = (width - boxWidth) * rng.uniform(0.2, 0.8);
  const y0 = (height - boxHeight) * rng.uniform(0.2, 0.8);
  const sourceBox: [number, number, number, number] = [x0, y0, x0 + boxWidth, y0 + boxHeight];
  return { sourceBox, outSize: [size, size], flip: false, shift: [0, 0, 0] };
}

function logUniform(rng: Rng, low: number, high: number): number {
  return Math.exp(rng.uniform(Math.log(low), Math.log(high)));
}
