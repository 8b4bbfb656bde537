import { describe, expect, it } from 'vitest';
import { classCounts } from '../../src/data/dataset.js';
import { loadDigits, openDigits } from '../../src/data/digits.node.js';
import { resampleGrey } from '../../src/data/resample.js';

describe('openDigits', () => {
  it('has 8,000 and 2,000 digits, none in both parts, every class in each', async () => {
    const train = await openDigits({ split: 'train', seed: 1 });
    const test = await openDigits({ split: 'test', seed: 1 });
    expect([train.length, test.length]).toEqual([8000, 2000]);
    const ids = [train, test].flatMap((part) => Array.from({ length: part.length }, (_, i) => part.entry(i).id));
    expect(new Set(ids).size).toBe(10000);
    expect(Math.min(...classCounts(test))).toBeGreaterThan(150);
    expect((await openDigits({ split: 'all', seed: 1 })).length).toBe(10000);
  });

  it('gives the same picture for the same seed, another for another seed or variant', async () => {
    const picture = async (seed: number, variant = 0) =>
      (await (await openDigits({ split: 'test', seed, variant })).item(5)).image;
    expect(await picture(1)).toEqual(await picture(1));
    expect(await picture(2)).not.toEqual(await picture(1));
    expect(await picture(1, 1)).not.toEqual(await picture(1));
  });

  it('gives pictures of many sizes with the whole digit inside', async () => {
    const test = await openDigits({ split: 'test', seed: 1 });
    const sizes = new Set<string>();
    const aspects: number[] = [];
    for (let i = 0; i < 500; i++) {
      const { width, height, data } = (await test.item(i)).image;
      sizes.add(`${width}x${height}`);
      aspects.push(width / height);
      const border = Array.from({ length: width }, (_, x) => data[x * 3]! + data[((height - 1) * width + x) * 3]!);
      expect(Math.max(...border)).toBe(0);
      expect(Math.max(...data)).toBeGreaterThan(100);
    }
    expect(sizes.size).toBeGreaterThan(350);
    expect(Math.min(...aspects)).toBeLessThan(0.5);
    expect(Math.max(...aspects)).toBeGreaterThan(1.4);
  });

  it('gets the original bytes back from the package', async () => {
    const { pixels, labels, side } = await loadDigits();
    expect([pixels.length, labels.length, side]).toEqual([7_840_000, 10_000, 28]);
    expect(new Set(pixels).size).toBeGreaterThan(200);
  });
});

describe('resampleGrey', () => {
  it('keeps constants and means, and is the identity at the same size', () => {
    const pixels = Float32Array.from({ length: 12 }, (_, i) => i * i);
    expect(resampleGrey(pixels, 4, 3, 4, 3)).toEqual(pixels);
    expect([...new Set(resampleGrey(new Float32Array(12).fill(7), 4, 3, 9, 2))]).toEqual([7]);
    const halved = resampleGrey(Float32Array.of(0, 0, 4, 4), 4, 1, 2, 1);
    expect(halved[0]! + halved[1]!).toBeCloseTo(4, 5);
  });
});
