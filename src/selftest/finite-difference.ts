/** Central finite differences in float64: a gradient that needs no calculus. */
import { type NdArray, nd } from './reference/nd.js';

/** Truncation (step^2) and cancellation (1e-16 / step) both stay near 1e-10 at this step. */
const STEP = 1e-5;

/** Sum of the products of two arrays of one shape. */
export function dot(a: NdArray, b: NdArray): number {
  return a.data.reduce((sum, v, i) => sum + v * b.data[i]!, 0);
}

/** The gradient of dot(f(x), cotangent) at `x`, one element after another. */
export function finiteDifference(f: (x: NdArray) => NdArray, x: NdArray, cotangent: NdArray, step = STEP): NdArray {
  const gradient = nd(x.shape);
  const moved = { ...x, data: x.data.slice() };
  for (let i = 0; i < x.data.length; i++) {
    moved.data[i] = x.data[i]! + step;
    const above = f(moved);
    moved.data[i] = x.data[i]! - step;
    const below = f(moved);
    moved.data[i] = x.data[i]!;
    // The difference first, then the product: large values that both share cancel before they are summed.
    const change = { ...above, data: above.data.map((v, k) => v - below.data[k]!) };
    gradient.data[i] = dot(change, cotangent) / (2 * step);
  }
  return gradient;
}
