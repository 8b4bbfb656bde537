import type { Rng } from '../tensor/rng.js';

/** Principal components of a training set's colours, as JSON that a checkpoint can hold. Units: colour scaled to 0..1. */
export interface ColourPca {
  mean: [number, number, number];
  /** Variances along the components, descending. */
  eigenvalues: [number, number, number];
  /** Unit vectors in red, green, blue, one a component. */
  eigenvectors: [number, number, number][];
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
