/** How far a device's answer is from the reference. */
import type { NdArray } from './reference/nd.js';

/** Below this the scale does not follow the values: finite differences themselves are only good to about 1e-9. */
const SMALLEST_SCALE = 1e-3;

interface Answer {
  shape: readonly number[];
  dtype: string;
  data: ArrayLike<number>;
}

/**
 * The largest |actual - expected| / (|expected| + scale), where scale is the largest finite |expected| of the array, kept
 * within [1e-3, 1]: relative for large numbers, relative to the array's own size where single elements are near zero.
 * NaN equals NaN and an infinity equals itself; one beside anything else is Infinity, as is another shape or dtype.
 * Where an `alternative` is given, each element counts as far off as from the nearer one of the two.
 */
export function relativeError(actual: Answer, expected: NdArray, alternative = expected): number {
  if (actual.dtype !== expected.dtype || actual.data.length !== expected.data.length) return Infinity;
  if (actual.shape.length !== expected.shape.length) return Infinity;
  if (actual.shape.some((n, axis) => n !== expected.shape[axis])) return Infinity;

  const largest = expected.data.reduce((top, v) => (Number.isFinite(v) ? Math.max(top, Math.abs(v)) : top), 0);
  const scale = Math.min(1, Math.max(SMALLEST_SCALE, largest));
  const off = (a: number, b: number) => {
    if (Object.is(a, b) || a === b) return 0;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Infinity;
    return Math.abs(a - b) / (Math.abs(b) + scale);
  };
  return expected.data.reduce(
    (worst, b, i) => Math.max(worst, Math.min(off(actual.data[i]!, b), off(actual.data[i]!, alternative.data[i]!))),
    0,
  );
}
