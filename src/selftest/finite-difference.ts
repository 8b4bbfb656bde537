/** Central finite differences in float64: a gradient that needs no calculus. */
import { type NdArray, nd } from './reference/nd.js';

/** Truncation (step^2) and cancellation (1e-16 / step) both stay near 1e-10 at this step. */
const STEP = 1e-5;

/** The gradient of sum(f(x) * cotangent) at `x`, one element after another. */
export function finiteDifference(f: (x: NdArray) => NdArray, x: NdArray, cotangent: NdArray, step = STEP): NdArray {
  const gradient = nd(x.shape);
  const moved = { ...x, data: x.data.slice() };
  for (let i = 0; i < x.data.length; i++) {
    moved.data[i] = x.data[i]! + step;
    // A copy, for `f` may return its argument.
    const above = f(moved).data.slice();
    moved.data[i] = x.data[i]! - step;
    const below = f(moved).data;
    // The difference first, then the product: large values that both share cancel before they are summed.
    gradient.data[i] = cotangent.data.reduce((sum, c, k) => sum + c * (above[k]! - below[k]!), 0) / (2 * step);
    moved.data[i] = x.data[i]!;
  }
  return gradient;
}
