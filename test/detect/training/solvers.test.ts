import { describe, expect, it } from 'vitest';
import { solveCholesky } from '../../../src/detect/training/cholesky.js';
import { ridge } from '../../../src/detect/training/ridge.js';
import { whiten } from '../../../src/detect/training/whitening.js';
import { Rng } from '../../../src/tensor/rng.js';
import { testDevice } from '../../setup/device.js';

const rng = new Rng(3);
const normals = (count: number) => Float64Array.from({ length: count }, () => rng.normal());

describe("Cholesky's factors", () => {
  it('solve a positive definite system', () => {
    const n = 13;
    const root = normals(n * n);
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) a[i * n + j]! += root[i * n + k]! * root[j * n + k]!;
        if (i === j) a[i * n + j]! += 0.5;
      }
    }
    const x = normals(n * 2);
    const b = new Float64Array(n * 2);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < 2; c++) for (let k = 0; k < n; k++) b[i * 2 + c]! += a[i * n + k]! * x[k * 2 + c]!;
    const solved = solveCholesky(a.slice(), n, b, 2);
    for (const [i, value] of solved.entries()) expect(value).toBeCloseTo(x[i]!, 8);
  });

  it('refuse one that is not, in one line', () => {
    expect(() => solveCholesky(Float64Array.of(1, 0, 2, 1), 2, new Float64Array(2), 1)).toThrow(
      /not positive definite at 1 of 2; raise lambda/,
    );
  });
});

describe('ridge', () => {
  /** The gradient of |X w + b - y|^2 + lambda (|w|^2 + b^2) is zero at the minimum. */
  async function gradientAt(
    samples: number,
    dimension: number,
    lambda: number,
  ): Promise<{ largest: number; scale: number }> {
    const data = Float32Array.from(normals(samples * dimension));
    const targets = normals(samples * 2);
    const { weights, bias } = await ridge(await testDevice(), { data, count: samples, dimension }, targets, lambda);
    const gradient = new Float64Array(2 * (dimension + 1));
    let scale = 0;
    for (let target = 0; target < 2; target++) {
      const at = target * (dimension + 1);
      for (let k = 0; k < dimension; k++) gradient[at + k] = lambda * weights[target * dimension + k]!;
      gradient[at + dimension] = lambda * bias[target]!;
      for (let i = 0; i < samples; i++) {
        let error = bias[target]! - targets[i * 2 + target]!;
        for (let k = 0; k < dimension; k++) error += weights[target * dimension + k]! * data[i * dimension + k]!;
        for (let k = 0; k < dimension; k++) gradient[at + k]! += error * data[i * dimension + k]!;
        gradient[at + dimension]! += error;
        scale += Math.abs(error);
      }
    }
    return { largest: Math.max(...gradient.map(Math.abs)), scale };
  }

  it.each([
    ['more samples than features', 60, 9],
    ['fewer', 9, 60],
    ['as many', 20, 20],
  ])('is at the minimum with %s', async (_, samples, dimension) => {
    const { largest, scale } = await gradientAt(samples, dimension, 3);
    expect(largest / scale).toBeLessThan(1e-5);
  });
});

describe('whitening', () => {
  it('makes targets uncorrelated with variance below 1, and the way back is exact', () => {
    const samples = 200;
    const targets = new Float64Array(samples * 4);
    for (let i = 0; i < samples; i++) {
      const [a, b, c] = [rng.normal(), rng.normal(), rng.normal()];
      // The last target never varies.
      targets.set([a + 5, 2 * a + b, b - 3 * c, 7], i * 4);
    }
    const { whitened, back } = whiten(targets, 4);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < samples; k++) sum += whitened[k * 4 + i]! * whitened[k * 4 + j]!;
        expect(sum / samples).toBeCloseTo(i === j ? 1 : 0, 1);
      }
    }
    for (let k = 0; k < samples; k++) {
      for (let i = 0; i < 4; i++) {
        let value = back.mean[i]!;
        for (let j = 0; j < 4; j++) value += back.inverse[i * 4 + j]! * whitened[k * 4 + j]!;
        expect(value).toBeCloseTo(targets[k * 4 + i]!, 8);
      }
    }
  });
});
