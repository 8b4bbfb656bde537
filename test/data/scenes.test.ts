/** Scenes of digits: what is annotated is what was drawn. */
import { describe, expect, it } from 'vitest';
import { loadDigits } from '../../src/data/digits.node.js';
import { itemRng, PURPOSE } from '../../src/data/rng.js';
import { clutteredGround } from '../../src/data/scene-ground.js';
import { scenesDataset } from '../../src/data/scenes.js';

const COUNT = 12;

async function scenes(seed: number, split: 'train' | 'test' = 'train') {
  const dataset = scenesDataset(await loadDigits(), { split, count: COUNT, seed });
  return Promise.all(Array.from({ length: COUNT }, (_, index) => dataset.item(index)));
}

describe('scenes of digits', () => {
  it('are the same for the same seed, and others for another one or the other part', async () => {
    const [first, again, other, test] = [await scenes(1), await scenes(1), await scenes(2), await scenes(1, 'test')];
    expect(again).toEqual(first);
    for (const set of [other, test]) {
      for (const [i, { image }] of set.entries()) expect(image.data).not.toEqual(first[i]!.image.data);
    }
  });

  it('have ink inside the boxes only, up to their edges', async () => {
    for (const [index, { image, objects }] of (await scenes(1)).entries()) {
      const { width, height, data } = image;
      const ground = clutteredGround(itemRng(1, PURPOSE.scene, 2, index), width, height).data;
      const isInk = (x: number, y: number) =>
        [0, 1, 2].some((c) => data[3 * (y * width + x) + c] !== ground[3 * (y * width + x) + c]);
      expect(objects!.length).toBeGreaterThan(1);
      const bounds = objects!.map(() => ({ x0: width, y0: height, x1: 0, y1: 0 }));
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (!isInk(x, y)) continue;
          const owner = objects!.findIndex(({ box }) => x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1);
          expect(owner).toBeGreaterThanOrEqual(0);
          const own = bounds[owner]!;
          Object.assign(own, { x0: Math.min(own.x0, x), y0: Math.min(own.y0, y) });
          Object.assign(own, { x1: Math.max(own.x1, x + 1), y1: Math.max(own.y1, y + 1) });
        }
      }
      for (const [i, { box }] of objects!.entries()) {
        for (const edge of ['x0', 'y0', 'x1', 'y1'] as const)
          expect(Math.abs(bounds[i]![edge] - box[edge])).toBeLessThanOrEqual(2);
      }
    }
  });

  it('have labels of what is in them, at sizes that were asked for', async () => {
    const style = { width: 80, height: 60, digits: [1, 2], minHeight: 12, maxHeight: 20 } as const;
    const dataset = scenesDataset(await loadDigits(), { split: 'test', count: 40, seed: 3, style });
    const heights = Array.from({ length: 40 }, (_, index) => {
      const { objects, labels } = dataset.entry(index);
      expect(objects!.length).toBeLessThanOrEqual(2);
      expect(labels!.flatMap((present, label) => (present === 1 ? [label] : []))).toEqual(
        [...new Set(objects!.map(({ label }) => label))].sort(),
      );
      return objects!.map(({ box }) => box.y1 - box.y0);
    }).flat();
    expect([Math.min(...heights) >= 12, Math.max(...heights) <= 20, heights.length > 40]).toEqual([true, true, true]);
    expect((await dataset.item(0)).image).toMatchObject({ width: 80, height: 60 });
  });
});
