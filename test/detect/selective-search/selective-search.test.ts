import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxAt, boxCount, boxesOf, iou } from '../../../src/detect/boxes.js';
import {
  type SelectiveSearchOptions,
  selectiveSearch,
} from '../../../src/detect/proposals/selective-search/selective-search.js';
import type { Picture } from '../../../src/picture/picture.js';
import { SppgpuError } from '../../../src/runtime/errors.js';
import { drawn, pictures } from './pictures.js';

/** Two things on a ground with a slow change of light. */
const things = (width: number, height: number): Picture =>
  drawn(width, height, (x, y) => {
    if (x >= 0.2 * width && x < 0.45 * width && y >= 0.3 * height && y < 0.8 * height) return [200, 40, 40];
    if (x >= 0.6 * width && x < 0.9 * width && y >= 0.25 * height && y < 0.6 * height) return [40, 60, 190];
    return [90, 120 + (30 * x) / width, 90];
  });

describe('selective search', () => {
  it('finds things, whatever the size of the picture', () => {
    for (const size of [100, 180, 600]) {
      const { boxes } = selectiveSearch(things(size, size), { maxPictureSide: 180 });
      const wanted = boxesOf(
        [
          { x0: 0.2, y0: 0.3, x1: 0.45, y1: 0.8 },
          { x0: 0.6, y0: 0.25, x1: 0.9, y1: 0.6 },
        ].map(({ x0, y0, x1, y1 }) => ({ x0: x0 * size, y0: y0 * size, x1: x1 * size, y1: y1 * size })),
      );
      for (const thing of [0, 1]) {
        const overlaps = Array.from({ length: boxCount(boxes) }, (_, i) => iou(boxes, i, wanted, thing));
        expect(Math.max(...overlaps)).toBeGreaterThan(0.9);
      }
    }
  });

  it('windows lie in the picture, are large enough, differ, and come in falling order, the whole picture first', () => {
    const mode = fc.constantFrom('fast' as const, 'standard' as const, 'quality' as const);
    fc.assert(
      fc.property(
        pictures(60),
        mode,
        fc.integer({ min: 1, max: 30 }),
        fc.nat(2 ** 40),
        (picture, mode, minSide, seed) => {
          const options: SelectiveSearchOptions = { mode, minSide, seed, maxBoxes: 40 };
          const { boxes, scores } = selectiveSearch(picture, options);
          const { width, height } = picture;
          const count = boxCount(boxes);
          expect(scores).toHaveLength(count);
          expect(count).toBeLessThanOrEqual(40);
          expect(boxAt(boxes, 0)).toEqual({ x0: 0, y0: 0, x1: width, y1: height });
          const seen = new Set<string>();
          for (let i = 0; i < count; i++) {
            const { x0, y0, x1, y1 } = boxAt(boxes, i);
            expect(Math.min(x0, y0)).toBeGreaterThanOrEqual(0);
            expect(x1 <= width && y1 <= height).toBe(true);
            expect(x1 - x0).toBeGreaterThanOrEqual(Math.min(minSide, width));
            expect(y1 - y0).toBeGreaterThanOrEqual(Math.min(minSide, height));
            if (i > 0) expect(scores[i]).toBeLessThan(scores[i - 1]!);
            seen.add(`${x0} ${y0} ${x1} ${y1}`);
          }
          expect(seen.size).toBe(count);
          expect(selectiveSearch(picture, options)).toEqual({ boxes, scores });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('a flat picture, and one of a single pixel or row, has itself as its window', () => {
    for (const [width, height] of [
      [1, 1],
      [300, 1],
      [1, 9000],
      [64, 48],
    ] as const) {
      const { boxes } = selectiveSearch(drawn(width, height, () => [77, 77, 77]));
      expect([...boxes]).toEqual([0, 0, width, height]);
    }
  });

  it('a grey picture has windows as well', () => {
    const { width, height, data } = things(200, 160);
    const grey = data.map((_, i) => data[i - (i % 3)]!);
    expect(boxCount(selectiveSearch({ width, height, data: grey }).boxes)).toBeGreaterThan(3);
  });

  it('a large picture is searched in a smaller copy', () => {
    const { boxes } = selectiveSearch(things(450, 300), { maxPictureSide: 150 });
    expect([...boxes].every((value, i) => value >= 0 && value <= (i % 2 === 0 ? 450 : 300))).toBe(true);
    // Windows of the copy are whole pixels of it: multiples of three here.
    expect([...boxes].every((value) => Math.abs(value / 3 - Math.round(value / 3)) < 1e-4)).toBe(true);
  });

  it('refuses options that cannot be', () => {
    const picture = things(30, 30);
    const refuse = (options: object, message: RegExp) => {
      expect(() => selectiveSearch(picture, options as SelectiveSearchOptions)).toThrow(SppgpuError);
      expect(() => selectiveSearch(picture, options as SelectiveSearchOptions)).toThrow(message);
    };
    refuse({ mode: 'slow' }, /mode "slow" is not known; choose fast or standard or quality/);
    refuse({ maxBoxes: 0 }, /maxBoxes 0 is not usable/);
    refuse({ minSide: 2.5 }, /minSide 2.5 is not usable/);
    refuse({ maxPictureSide: 1.5 }, /maxPictureSide 1.5 is not usable/);
    refuse({ seed: -1 }, /seed: -1/);
    refuse({ maxboxes: 3 }, /no option maxboxes; the nearest is maxBoxes/);
  });
});
