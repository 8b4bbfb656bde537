/** What the demo's nets are shown of their pictures. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BatchItem } from '../../src/data/image-batch.js';
import { commonSize, jittered } from '../../src/demo/digit-views.js';
import { Rng } from '../../src/tensor/rng.js';

const side = fc.integer({ min: 16, max: 96 });

function item(width: number, height: number, seed: number): BatchItem {
  const image = { width, height, data: new Uint8Array(3 * width * height) };
  return { id: `${seed}`, label: 0, index: seed, image, rng: new Rng(seed) };
}

test('a batch is as large as its pictures, but no longer than the epoch allows and no side shorter than 12', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 32, max: 96 }), fc.nat(1000), (width, height, longest, seed) => {
      fc.pre(Math.max(width, height) <= 3 * Math.min(width, height));
      const items = [0, 1, 2].map((i) => item(width, height, seed + i));
      const [outHeight, outWidth] = commonSize(items, longest);
      expect((outHeight % 4) + (outWidth % 4)).toBe(0);
      expect(Math.min(outHeight, outWidth)).toBeGreaterThanOrEqual(12);
      // Sides are rounded to multiples of 4.
      expect(Math.max(outHeight, outWidth)).toBeLessThanOrEqual(Math.max(longest, 36) + 2);
      expect(outHeight).toBeLessThanOrEqual(height + 2);
      if (Math.max(width, height) <= longest) expect(outWidth).toBeGreaterThanOrEqual(width - 2);
    }),
  );
});

test('a view shows the picture with a little more or less border', () => {
  fc.assert(
    fc.property(side, side, fc.nat(1000), (width, height, seed) => {
      const { sourceBox, outSize } = jittered(item(width, height, seed), [28, 32]);
      expect(outSize).toEqual([28, 32]);
      for (const [from, to, length] of [
        [sourceBox[0], sourceBox[2], width],
        [sourceBox[1], sourceBox[3], height],
      ] as const) {
        expect(to - from).toBeGreaterThanOrEqual(0.76 * length - 1e-6);
        expect(to - from).toBeLessThanOrEqual(1.4 * length + 1e-6);
        expect(Math.abs((from + to) / 2 - length / 2)).toBeLessThan(0.21 * length);
      }
    }),
  );
});
