import type { Picture } from '../picture/picture.js';
import { SppgpuError } from '../runtime/errors.js';
import type { Rng } from '../tensor/rng.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** Principal components of a training set's colours, as JSON that a checkpoint can hold. Units: colour scaled to 0..1. */
export interface ColourPca {
  mean: [number, number, number];
  /** Variances along the components, descending. */
  eigenvalues: [number, number, number];
  /** Unit vectors in red, green, blue, one a component. */
  eigenvectors: [number, number, number][];
}

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

  /** Throws SppgpuError when no pixel was added. */
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

/**
 * A random colour shift in 0..255 units: sum of p_k a_k l_k with eigenvectors p_k and eigenvalues l_k of the covariance of
 * colours in 0..1, and a_k ~ N(0, deviation) (Krizhevsky et al. 2012, section 4.1, which SPP-net adopts).
 */
export function colourShift(pca: ColourPca, rng: Rng, deviation = 0.1): [number, number, number] {
  const shift: [number, number, number] = [0, 0, 0];
  for (const [k, vector] of pca.eigenvectors.entries()) {
    const amount = rng.normal(0, deviation) * pca.eigenvalues[k]! * 255;
    for (let channel = 0; channel < 3; channel++) shift[channel]! += amount * vector[channel]!;
  }
  return shift;
}
