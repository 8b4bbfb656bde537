import { type Colour, fillBox } from './fill-box.js';
import { hasDot, LETTER } from './font.js';
import type { Picture } from './picture.js';

/** Pixels per dot of a letter. */
const DOT = 2;
const LINE = (LETTER.height + 2) * DOT;

/**
 * Writes a line of text on a ground of the given colour into a picture, above the point x, y (a box's upper left corner), or
 * below it where there is no room above; moved to the left where it would leave the picture. Black or white, whichever is
 * easier to read.
 */
export function drawLabel(picture: Picture, text: string, x: number, y: number, colour: Colour): void {
  const letters = [...text];
  const width = (letters.length * (LETTER.width + 1) + 1) * DOT;
  const left = Math.max(0, Math.min(Math.round(x), picture.width - width));
  const top = Math.round(y) < LINE ? Math.max(0, Math.round(y)) : Math.round(y) - LINE;
  fillBox(picture, [left, top, left + width, top + LINE], colour);
  const ink = inkOn(colour);
  letters.forEach((letter, n) => {
    for (let row = 0; row < LETTER.height; row++) {
      for (let column = 0; column < LETTER.width; column++) {
        if (!hasDot(letter, column, row)) continue;
        const [dotX, dotY] = [left + (1 + n * (LETTER.width + 1) + column) * DOT, top + (1 + row) * DOT];
        fillBox(picture, [dotX, dotY, dotX + DOT, dotY + DOT], ink);
      }
    }
  });
}

/** Black on light colours, white on dark ones, by the weights of luminance in ITU-R BT.601. */
function inkOn([red, green, blue]: Colour): Colour {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? [0, 0, 0] : [255, 255, 255];
}
