import { CHANNELS, type Picture } from './picture.js';

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Draws the outline of a box into a picture: lines of `thickness` pixels on the inside of its edges. The box is x0, y0, x1, y1
 * in pixels, half-open; what lies outside the picture is not drawn.
 */
export function drawBox(
  picture: Picture,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  colour: Colour,
  thickness = 2,
): void {
  const [left, top, right, bottom] = [x0, y0, x1, y1].map(Math.round) as [number, number, number, number];
  fill(picture, left, top, right, Math.min(top + thickness, bottom), colour);
  fill(picture, left, Math.max(bottom - thickness, top), right, bottom, colour);
  fill(picture, left, top, Math.min(left + thickness, right), bottom, colour);
  fill(picture, Math.max(right - thickness, left), top, right, bottom, colour);
}

function fill({ width, height, data }: Picture, x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) data.set(colour, (y * width + x) * CHANNELS);
  }
}
