import type { Picture } from '../picture/picture.js';
import type { Rng } from '../tensor/rng.js';
import { type InkedDigit, pasteInk } from './digit-ink.js';

/** How a digit stands in a picture that has a size and a shape of its own. Lengths in pixels. */
export interface DigitFrame {
  /** Sides are log-normal: half of them are shorter than this. */
  medianSide: number;
  /** Deviation of a side's logarithm. */
  sideDeviation: number;
  /** No side of a picture is shorter, none is longer. */
  minSide: number;
  maxSide: number;
  /** The longer side is at most this many times the shorter one. */
  maxRatio: number;
  /** How far the digit takes on the picture's shape: 0 keeps its own, 1 fills the picture. */
  fill: number;
  /** The digit's own width is first multiplied by a number from 1/maxStretch to maxStretch. */
  maxStretch: number;
  /** Empty border that is left on each side at least, as a part of the shorter side. */
  minMargin: number;
  /** Which part of the free length the digit moves in, around the middle: 0 to 1. */
  spread: number;
}

/** A digit as large as fits in a picture of any size and shape: white ink on black, somewhere along the longer side. */
export function frameDigit(digit: InkedDigit, rng: Rng, frame: DigitFrame): Picture {
  const { fill, maxStretch, minMargin, spread } = frame;
  const [width, height] = frameSize(rng, frame);
  const margin = minMargin * Math.min(width, height);
  const [roomX, roomY] = [width - 2 * margin, height - 2 * margin];
  const own = (digit.width / digit.height) * rng.logUniform(1 / maxStretch, maxStretch);
  const aspect = own ** (1 - fill) * (roomX / roomY) ** fill;
  const tall = Math.min(roomY, roomX / aspect);
  const inkHeight = Math.max(1, Math.floor(tall));
  const inkWidth = Math.max(1, Math.floor(tall * aspect));
  const place = () => 0.5 + spread * rng.uniform(-0.5, 0.5);
  const left = Math.round(margin + (roomX - inkWidth) * place());
  const top = Math.round(margin + (roomY - inkHeight) * place());
  return pasteInk(digit, { left, top, width: inkWidth, height: inkHeight }, width, height);
}

/** Two sides drawn until they keep all limits. */
function frameSize(rng: Rng, frame: DigitFrame): [width: number, height: number] {
  const { medianSide, sideDeviation, minSide, maxSide, maxRatio } = frame;
  const side = () => Math.round(medianSide * Math.exp(rng.normal(0, sideDeviation)));
  for (;;) {
    const [width, height] = [side(), side()];
    const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
    if (shorter >= minSide && longer <= maxSide && longer <= maxRatio * shorter) return [width, height];
  }
}
