import { CHANNELS, type Picture } from './picture.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** Fills a box x0, y0, x1, y1 of whole pixels, half-open, with one colour; what lies outside the picture is not drawn. */
export function fillBox(
  { width, height, data }: Picture,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  colour: Colour,
): void {
  for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) data.set(colour, (y * width + x) * CHANNELS);
  }
}
