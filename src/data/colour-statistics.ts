import type { Picture } from '../picture/picture.js';
import { SppgpuError } from '../runtime/errors.js';
import type { ColourPca } from './colour-pca.js';
import { symmetricEigen } from './symmetric-eigen.js';

type Matrix = [number, number, number][];

/** Sums up mean and covariance of colours, picture by picture, in float64. */
export class ColourStatistics {
  private pixels = 0;
  private readonly sum = [0, 0, 0];
  private readonly products = [0, 0, 0, 0, 0, 0];

  /** Adds every pixel. The sums of one picture are whole numbers below 2^53, so the order of pictures changes nothing but rounding. */
  add({ data }: Picture): void {
    let [r1, g1, b1, rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < data.length; i += 3) {
      const r = data[i]!;
      const g = data[i + 1]!;
      const b = data[i + 2]!;
      r1 += r;
      g1 += g;
      b1 += b;
      rr += r * r;
      rg += r * g;
      rb += r * b;
      gg += g * g;
      gb += g * b;
      bb += b * b;
    }
    this.pixels += data.length / 3;
    for (const [i, value] of [r1, g1, b1].entries()) this.sum[i]! += value;
    for (const [i, value] of [rr, rg, rb, gg, gb, bb].entries()) this.products[i]! += value;
  }

  /** @throws SppgpuError where no pixel was added */
  components(): ColourPca {
    if (this.pixels === 0) throw new SppgpuError('colour components: no pictures were added; add the training set');
    const mean = this.sum.map((sum) => sum / this.pixels) as [number, number, number];
    const [rr, rg, rb, gg, gb, bb] = this.products.map((product) => product / this.pixels) as number[];
    const raw: Matrix = [
      [rr!, rg!, rb!],
      [rg!, gg!, gb!],
      [rb!, gb!, bb!],
    ];
    const covariance = raw.map((row, i) => row.map((value, j) => (value - mean[i]! * mean[j]!) / 255 ** 2));
    const { values, vectors } = symmetricEigen(covariance);
    return {
      mean: mean.map((value) => value / 255) as [number, number, number],
      eigenvalues: values.map((value) => Math.max(0, value)) as [number, number, number],
      eigenvectors: vectors as Matrix,
    };
  }
}
