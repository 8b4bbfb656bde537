/** A paired comparison of two ways over the same seeds. */
export interface PairedTest {
  /** Mean of `a - b`. */
  readonly difference: number;
  /** Standard deviation of the differences. */
  readonly deviation: number;
  /** Two-sided probability of a difference at least as large where the two ways are equal. */
  readonly p: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation of a sample; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
}

/** Student's paired t-test of `a` against `b`, one value per seed in each. */
export function pairedTest(a: readonly number[], b: readonly number[]): PairedTest {
  const differences = a.map((value, i) => value - b[i]!);
  const difference = mean(differences);
  const spread = deviation(differences);
  if (spread === 0) return { difference, deviation: 0, p: difference === 0 ? 1 : 0 };
  const t = difference / (spread / Math.sqrt(differences.length));
  return { difference, deviation: spread, p: 1 - within(Math.abs(t), differences.length - 1) };
}

/** The probability that |T| < t for Student's T of whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function within(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = odd && degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine ** 2 * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
