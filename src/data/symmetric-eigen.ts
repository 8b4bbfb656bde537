const SWEEPS = 50;

/**
 * Eigenvalues (descending) and unit eigenvectors of a small symmetric matrix by cyclic Jacobi rotations. Each vector's
 * component of largest magnitude is positive, so that the result is unique.
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const size = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_row, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a) > 0; sweep++) {
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return {
    values: order.map((i) => a[i]![i]!),
    vectors: order.map((i) => withSign(v.map((row) => row[i]!))),
  };
}

/** Makes element (p, q) zero (Golub and Van Loan, section 8.5); rows and columns p and q of `a` and columns of `v` turn. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const off = a[p]![q]!;
  if (off === 0) return;
  const ratio = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const tangent = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (const row of [...a, ...v]) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
  const [rowP, rowQ] = [[...a[p]!], [...a[q]!]];
  a[p] = rowP.map((x, i) => cosine * x - sine * rowQ[i]!);
  a[q] = rowP.map((x, i) => sine * x + cosine * rowQ[i]!);
  a[p]![q] = 0;
  a[q]![p] = 0;
}

/** Sum of squares off the diagonal, zero once it no longer matters beside the diagonal. */
function offDiagonal(a: number[][]): number {
  let [off, diagonal] = [0, 0];
  for (const [i, row] of a.entries()) {
    for (const [j, value] of row.entries()) {
      if (i === j) diagonal += value * value;
      else off += value * value;
    }
  }
  return off > diagonal * Number.EPSILON ** 2 ? off : 0;
}

function withSign(vector: number[]): number[] {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
