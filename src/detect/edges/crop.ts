import type { AnnotatedPicture } from '../../data/boundary-set.js';
import { CHANNELS } from '../../picture/picture.js';
import type { Rng } from '../../tensor/rng.js';

/**
 * A random square out of a picture, in one of the eight ways in which a square can be turned and mirrored; what lies beyond a
 * smaller picture repeats its edge, and nothing is marked there.
 */
export function randomCrop({ image, marked }: AnnotatedPicture, side: number, rng: Rng): AnnotatedPicture {
  const { width, height, data } = image;
  const left = rng.int(Math.max(1, width - side + 1));
  const top = rng.int(Math.max(1, height - side + 1));
  const symmetry = rng.int(8);
  const pixels = new Uint8Array(side * side * CHANNELS);
  const marks = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [u, v] = symmetry & 4 ? [row, column] : [column, row];
      const x = left + (symmetry & 1 ? side - 1 - u : u);
      const y = top + (symmetry & 2 ? side - 1 - v : v);
      const from = Math.min(y, height - 1) * width + Math.min(x, width - 1);
      const to = row * side + column;
      pixels[to * CHANNELS] = data[from * CHANNELS]!;
      pixels[to * CHANNELS + 1] = data[from * CHANNELS + 1]!;
      pixels[to * CHANNELS + 2] = data[from * CHANNELS + 2]!;
      if (x < width && y < height) marks[to] = marked[from]!;
    }
  }
  return { image: { width: side, height: side, data: pixels }, marked: marks };
}
