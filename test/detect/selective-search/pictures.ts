import fc from 'fast-check';
import type { Picture } from '../../../src/picture/picture.js';

/** A picture from a function of its pixels. */
export function drawn(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [red: number, green: number, blue: number],
): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i += 3) data.set(colour(x, y), i);
  return { width, height, data };
}

/** Pictures of some rectangles on a ground, with noise: all sizes from one pixel on. */
export function pictures(longest: number): fc.Arbitrary<Picture> {
  const side = fc.integer({ min: 1, max: longest });
  const byte = fc.nat(255);
  const colour = fc.tuple(byte, byte, byte);
  const at = fc.nat(longest);
  const patch = fc.record({ x: at, y: at, width: side, height: side, colour });
  return fc
    .record({
      width: side,
      height: side,
      ground: colour,
      patches: fc.array(patch, { maxLength: 6 }),
      noise: fc.nat(40),
    })
    .map(({ width, height, ground, patches, noise }) =>
      drawn(width, height, (x, y) => {
        const inside = patches.findLast((p) => x >= p.x && x < p.x + p.width && y >= p.y && y < p.y + p.height);
        const shift = noise * Math.sin(12.9898 * x + 78.233 * y);
        const [red, green, blue] = (inside?.colour ?? ground).map((value) => Math.min(255, Math.max(0, value + shift)));
        return [red!, green!, blue!];
      }),
    );
}
