import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centreView, fullView, resizedSize, trainView, warpView } from '../../src/data/augment.js';
import { colourComponents } from '../../src/data/colour-components.js';
import { colourShift } from '../../src/data/colour-pca.js';
import { symmetricEigen } from '../../src/data/symmetric-eigen.js';
import { Rng } from '../../src/tensor/rng.js';

const side = fc.integer({ min: 1, max: 3000 });

describe('views', () => {
  it('lie inside the picture and show square pixels of the resized picture', () => {
    fc.assert(
      fc.property(side, side, fc.nat(), (width, height, seed) => {
        const views = [trainView(new Rng(seed), width, height), centreView(width, height)];
        const [resizedWidth, resizedHeight] = resizedSize(width, height, 256);
        for (const { sourceBox, outSize } of views) {
          const [x0, y0, x1, y1] = sourceBox;
          expect(Math.min(x0, y0)).toBeGreaterThanOrEqual(0);
          expect(x1).toBeLessThanOrEqual(width + 1e-9);
          expect(y1).toBeLessThanOrEqual(height + 1e-9);
          expect(((x1 - x0) / width) * resizedWidth).toBeCloseTo(224, 6);
          expect(((y1 - y0) / height) * resizedHeight).toBeCloseTo(224, 6);
          expect(outSize).toEqual([224, 224]);
        }
      }),
    );
  });

  it('reach every edge of a wide picture: crops come from all of it', () => {
    const rng = new Rng(1);
    const boxes = Array.from({ length: 2000 }, () => trainView(rng, 1024, 256).sourceBox);
    expect(Math.min(...boxes.map(([x0]) => x0))).toBeLessThan(10);
    expect(Math.max(...boxes.map(([, , x1]) => x1))).toBeGreaterThan(1014);
  });

  it('show the same crop at the second size', () => {
    const first = trainView(new Rng(4), 500, 375);
    const second = trainView(new Rng(4), 500, 375, { outSize: 180 });
    expect(second).toEqual({ ...first, outSize: [180, 180] });
  });

  it('flip half of the time, or as told', () => {
    const rng = new Rng(1);
    const flips = Array.from({ length: 1000 }, () => trainView(rng, 300, 300).flip).filter(Boolean).length;
    expect(flips).toBeGreaterThan(400);
    expect(flips).toBeLessThan(600);
    expect(trainView(rng, 300, 300, { flip: 0 }).flip).toBe(false);
    expect(centreView(300, 300).flip).toBe(false);
  });

  it('keep the aspect ratio of whole pictures, up to a limit', () => {
    expect(fullView(500, 375, 224)).toMatchObject({ sourceBox: [0, 0, 500, 375], outSize: [224, 299] });
    expect(fullView(1, 60000, 224).outSize).toEqual([1792, 224]);
    expect(warpView(500, 375, 224).outSize).toEqual([224, 224]);
  });

  it('refuse a crop larger than the resized picture', () => {
    expect(() => centreView(10, 10, { shorterSide: 200, crop: 224 })).toThrow(/crop: 224 is larger than .* 200; make/);
  });
});

describe('colour components', () => {
  it('are found where they were put', async () => {
    const rng = new Rng(5);
    const pictures = Array.from({ length: 4 }, () => {
      const data = new Uint8Array(3000);
      for (let i = 0; i < data.length; i += 3) {
        const [along, across] = [rng.normal(0, 30), rng.normal(0, 6)];
        data.set([128 + along + across, 128 + along - across, 100], i);
      }
      return { width: 1000, height: 1, data };
    });
    const { mean, eigenvalues, eigenvectors } = await colourComponents(pictures);
    expect(mean[2]).toBeCloseTo(100 / 255, 10);
    expect(eigenvalues[0] * 255 ** 2).toBeCloseTo(1800, -2);
    expect(eigenvalues[1] * 255 ** 2).toBeCloseTo(72, -1);
    expect(eigenvalues[2]).toBeCloseTo(0, 10);
    expect(Math.abs(eigenvectors[0]![0])).toBeCloseTo(Math.SQRT1_2, 2);
    expect(Math.abs(eigenvectors[0]![2])).toBeCloseTo(0, 6);
  });

  it('give shifts of the stated spread, and need pictures', async () => {
    const pca = {
      mean: [0.5, 0.5, 0.5] as [number, number, number],
      eigenvalues: [0.2, 0.02, 0] as [number, number, number],
      eigenvectors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ] as [number, number, number][],
    };
    const rng = new Rng(2);
    const shifts = Array.from({ length: 4000 }, () => colourShift(pca, rng));
    const deviation = (channel: number) =>
      Math.sqrt(shifts.reduce((sum, s) => sum + s[channel]! ** 2, 0) / shifts.length);
    expect(deviation(0)).toBeCloseTo(5.1, 0);
    expect(deviation(1)).toBeCloseTo(0.51, 1);
    expect(deviation(2)).toBe(0);
    expect(trainView(new Rng(3), 300, 300, { colour: pca }).shift).not.toEqual([0, 0, 0]);
    await expect(colourComponents([])).rejects.toThrow(/no pictures were added; add/);
  });
});

describe('symmetricEigen', () => {
  it('solves A v = l v with orthonormal v, in descending order', () => {
    const entry = fc.double({ min: -1e3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 6, maxLength: 6 }), ([a, b, c, d, e, f]) => {
        const matrix = [
          [a!, b!, c!],
          [b!, d!, e!],
          [c!, e!, f!],
        ];
        const { values, vectors } = symmetricEigen(matrix);
        expect([...values].sort((x, y) => y - x)).toEqual(values);
        const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
        for (const [k, vector] of vectors.entries()) {
          for (const [i, row] of matrix.entries()) expect(dot(row, vector)).toBeCloseTo(values[k]! * vector[i]!, 7);
          for (const [j, other] of vectors.entries()) expect(dot(vector, other)).toBeCloseTo(j === k ? 1 : 0, 9);
        }
      }),
    );
  });
});
