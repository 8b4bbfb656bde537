import { symmetricEigen } from '../../data/symmetric-eigen.js';

/** Added to each variance, so that a target that never varies is not blown up. */
const LEAST_VARIANCE = 1e-3;

/** A linear map that makes targets uncorrelated with variance 1 about 0, and the way back. */
export interface Whitening {
  readonly mean: Float64Array;
  /** [n, n], symmetric. */
  readonly inverse: Float64Array;
}

/**
 * Whitens targets `[samples, n]`: centred, then multiplied by V (D + 0.001)^-1/2 V', where V D V' is their covariance.
 * @returns the whitened targets, and what takes predictions back: inverse . prediction + mean
 */
export function whiten(
  targets: Float64Array,
  n: number,
): { readonly whitened: Float64Array; readonly back: Whitening } {
  const samples = targets.length / n;
  const mean = new Float64Array(n);
  for (let i = 0; i < targets.length; i++) mean[i % n]! += targets[i]! / samples;
  const centred = targets.map((value, i) => value - mean[i % n]!);
  const covariance = Array.from({ length: n }, () => new Array<number>(n).fill(0));
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) covariance[i]![j]! += (centred[sample * n + i]! * centred[sample * n + j]!) / samples;
    }
  }
  const power = (exponent: number): Float64Array => matrixPower(covariance, exponent);
  const [forward, inverse] = [power(-0.5), power(0.5)];
  const whitened = new Float64Array(targets.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) whitened[sample * n + i]! += forward[i * n + j]! * centred[sample * n + j]!;
    }
  }
  return { whitened, back: { mean, inverse } };
}

/** V (D + 0.001)^exponent V' of a covariance V D V'. */
function matrixPower(covariance: readonly (readonly number[])[], exponent: number): Float64Array {
  const n = covariance.length;
  const { values, vectors } = symmetricEigen(covariance);
  const power = new Float64Array(n * n);
  for (const [k, vector] of vectors.entries()) {
    // Rounding may take a variance of 0 a little below it.
    const value = (Math.max(0, values[k]!) + LEAST_VARIANCE) ** exponent;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) power[i * n + j]! += value * vector[i]! * vector[j]!;
  }
  return power;
}
