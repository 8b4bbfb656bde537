import { type Colour, fillBox } from './fill-box.js';
import type { Picture } from './picture.js';

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
  fillBox(picture, [left, top, right, Math.min(top + thickness, bottom)], colour);
  fillBox(picture, [left, Math.max(bottom - thickness, top), right, bottom], colour);
  fillBox(picture, [left, top, Math.min(left + thickness, right), bottom], colour);
  fillBox(picture, [Math.max(right - thickness, left), top, right, bottom], colour);
}
