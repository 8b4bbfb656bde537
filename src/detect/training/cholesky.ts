import { SppgpuError } from '../../runtime/errors.js';

/**
 * Solves A X = B for a symmetric positive definite A, in float64, by Cholesky's factors.
 * @param a [n, n], row by row; only the lower triangle is read, and replaced by the factor
 * @param b [n, columns]; replaced by X
 * @throws SppgpuError where A is not positive definite
 */
export function solveCholesky(a: Float64Array, n: number, b: Float64Array, columns: number): Float64Array {
  for (let i = 0; i < n; i++) {
    const rowI = a.subarray(i * n, i * n + i + 1);
    for (let j = 0; j <= i; j++) {
      const rowJ = a.subarray(j * n, j * n + j + 1);
      const left = rowI[j]! - dot(rowI, rowJ, j);
      if (j < i) rowI[j] = left / rowJ[j]!;
      else if (left > 0) rowI[i] = Math.sqrt(left);
      else throw new SppgpuError(`ridge: the normal equations are not positive definite at ${i} of ${n}; raise lambda`);
    }
  }
  for (let column = 0; column < columns; column++) {
    for (let i = 0; i < n; i++) {
      let sum = b[i * columns + column]!;
      for (let k = 0; k < i; k++) sum -= a[i * n + k]! * b[k * columns + column]!;
      b[i * columns + column] = sum / a[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i * columns + column]!;
      for (let k = i + 1; k < n; k++) sum -= a[k * n + i]! * b[k * columns + column]!;
      b[i * columns + column] = sum / a[i * n + i]!;
    }
  }
  return b;
}

/** Four sums: one alone waits for each addition to finish. */
function dot(x: Float64Array, y: Float64Array, count: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    s0 += x[k]! * y[k]!;
    s1 += x[k + 1]! * y[k + 1]!;
    s2 += x[k + 2]! * y[k + 2]!;
    s3 += x[k + 3]! * y[k + 3]!;
  }
  for (; k < count; k++) s0 += x[k]! * y[k]!;
  return s0 + s1 + s2 + s3;
}
