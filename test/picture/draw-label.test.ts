import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawLabel } from '../../src/picture/draw-label.js';
import { hasDot, LETTER } from '../../src/picture/font.js';
import type { Picture } from '../../src/picture/picture.js';

const grey = (width: number, height: number): Picture => ({
  ...{ width, height },
  data: new Uint8Array(width * height * 3).fill(100),
});

/** A letter as people see it. */
const drawn = (letter: string): string[] =>
  Array.from({ length: LETTER.height }, (_, row) =>
    Array.from({ length: LETTER.width }, (_, column) => (hasDot(letter, column, row) ? '#' : '.')).join(''),
  );

describe('letters', () => {
  it('look like themselves', () => {
    expect(drawn('A')).toEqual(['..#..', '.#.#.', '#...#', '#...#', '#####', '#...#', '#...#', '.....']);
    expect(drawn('p')).toEqual(['.....', '.....', '#.##.', '##..#', '##..#', '#.##.', '#....', '#....']);
  });

  it('lose their accents, and are "?" where there is none', () => {
    expect(drawn('é')).toEqual(drawn('e'));
    expect(drawn('猫')).toEqual(drawn('?'));
  });
});

describe('a label', () => {
  it('stands above its point, in black on a light colour and in white on a dark one', () => {
    for (const [ground, ink] of [
      [[255, 255, 0], 0],
      [[0, 0, 160], 255],
    ] as const) {
      const picture = grey(60, 50);
      drawLabel(picture, 'A', 10, 40, ground);
      const at = (x: number, y: number) => [...picture.data.subarray((y * 60 + x) * 3, (y * 60 + x) * 3 + 3)];
      expect(at(10, 20)).toEqual(ground);
      expect(at(9, 20)).toEqual([100, 100, 100]);
      expect(at(10, 40)).toEqual([100, 100, 100]);
      expect(at(16, 22)).toEqual([ink, ink, ink]); // the tip of the A
    }
  });

  it('stands below its point where there is no room above, and never makes a picture longer or fails', () => {
    const low = grey(60, 50);
    drawLabel(low, 'A', 0, 5, [255, 0, 0]);
    expect([...low.data.subarray(5 * 60 * 3, 5 * 60 * 3 + 3)]).toEqual([255, 0, 0]);
    const any = fc.record({
      ...{ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) },
      ...{ x: fc.double({ min: -50, max: 50, noNaN: true }), y: fc.double({ min: -50, max: 50, noNaN: true }) },
      text: fc.string({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(any, ({ width, height, x, y, text }) => {
        const picture = grey(width, height);
        drawLabel(picture, text, x, y, [1, 2, 3]);
        expect(picture.data).toHaveLength(width * height * 3);
      }),
    );
  });
});
