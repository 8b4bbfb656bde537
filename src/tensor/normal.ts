/**
 * Standard normal numbers by inversion, in integers: the CPU's side of `shaders/random/normal.wgsl`, to the bit.
 * Nothing here depends on a machine's `exp` or `log`: only on IEEE arithmetic.
 */

/** Fixed point of the table: units of 2^-20. */
const ONE = 2 ** 20;
const OCTAVES = 31;
const SEGMENTS = 64;
const SQRT_TWO_PI = 2.5066282746310002;

/**
 * Quantiles of the upper tail, `z` with P(X > z) = (t + 1/2) / 2^32, in units of 2^-20: first for t = 0, then for
 * t = 2^octave * (1 + segment / 64), ending with t = 2^31, where z is 0.
 */
export const normalQuantiles: () => Int32Array<ArrayBuffer> = /* @__PURE__ */ once(() => {
  const table = new Int32Array(2 + OCTAVES * SEGMENTS);
  // From the middle outwards: each quantile starts Newton's method for the next, from the side where it cannot overshoot.
  let z = 0;
  for (let i = table.length - 1; i >= 0; i--) {
    const node = i - 1;
    const t = i === 0 ? 0 : 2 ** Math.floor(node / SEGMENTS) * (1 + (node % SEGMENTS) / SEGMENTS);
    const p = (t + 0.5) / 2 ** 32;
    for (let step = 0; step < 8; step++) z += (upperTail(z) - p) / density(z);
    table[i] = Math.round(z * ONE);
  }
  return table;
});

/** A standard normal number from 32 random bits. */
export function standardNormal(word: number): number {
  const table = normalQuantiles();
  const t = word & 0x7fffffff;
  let z = table[0]!;
  if (t > 0) {
    const octave = 31 - Math.clz32(t);
    const below = octave > 0 ? (t << (32 - octave)) >>> 0 : 0;
    const node = 1 + octave * SEGMENTS + (below >>> 26);
    const low = table[node]!;
    z = low + (((table[node + 1]! - low) * ((below >>> 10) & 0xffff) + 0x8000) >> 16);
  }
  return (word >>> 31 ? 0 - z : z) / ONE;
}

function density(z: number): number {
  return expOfMinus((z * z) / 2) / SQRT_TWO_PI;
}

/** P(X > z) of a standard normal X: a series of positive terms in the middle, a continued fraction further out. */
function upperTail(z: number): number {
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 0.5 - density(z) * sum;
  }
  let fraction = z;
  for (let k = 100; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

/** e^-y for y >= 0 by its series, after halving y often enough. */
function expOfMinus(y: number): number {
  const halvings = 6;
  const small = y / 2 ** halvings;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 30; k++) {
    term *= -small / k;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum *= sum;
  return sum;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
