import { fromGrey, type Picture } from '../picture/picture.js';
import { resampleGrey } from './resample.js';

/** A digit cropped to what is not background: `height * width` grey bytes (0 background, 255 ink). */
export interface InkedDigit {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** The smallest box around everything that is not background; the whole square for an empty one. */
export function cropToInk(pixels: Uint8Array, side: number): InkedDigit {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let i = 0; i < pixels.length; i++) {
    if (pixels[i] === 0) continue;
    const [x, y] = [i % side, Math.floor(i / side)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  if (right < 0) return { pixels, width: side, height: side };
  const [width, height] = [right - left + 1, bottom - top + 1];
  const cropped = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * side + left;
    cropped.set(pixels.subarray(start, start + width), y * width);
  }
  return { pixels: cropped, width, height };
}

/** A black picture with the digit scaled into a box of it, which must lie within. */
export function pasteInk(
  digit: InkedDigit,
  box: { left: number; top: number; width: number; height: number },
  width: number,
  height: number,
): Picture {
  const scaled = resampleGrey(digit.pixels, digit.width, digit.height, box.width, box.height);
  const canvas = new Uint8Array(width * height);
  for (let y = 0; y < box.height; y++) {
    const start = (box.top + y) * width + box.left;
    for (let x = 0; x < box.width; x++) canvas[start + x] = Math.round(scaled[y * box.width + x]!);
  }
  return fromGrey(canvas, width, height);
}
