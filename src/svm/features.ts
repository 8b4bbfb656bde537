import { ShapeError, SppgpuError } from '../runtime/errors.js';

/** Dense features, one sample per row: `data` is [count, dimension]. */
export interface FeatureMatrix {
  readonly data: Float32Array;
  readonly count: number;
  readonly dimension: number;
}

/**
 * Wraps rows of features.
 * @throws ShapeError where the values are not a whole number of rows; SppgpuError for a value that is not finite, naming its row
 */
export function featureMatrix(data: Float32Array, dimension: number): FeatureMatrix {
  const count = data.length / dimension;
  if (!Number.isInteger(dimension) || dimension < 1 || !Number.isInteger(count)) {
    throw new ShapeError(
      `svm: ${data.length} values are not a whole number of rows of ${dimension} features; check the dimension`,
    );
  }
  const features = { data, count, dimension };
  requireFinite(features);
  return features;
}

/** Nothing can be learned from a feature that is not finite, nor judged by one: solvers and rankings would only hide it. @throws SppgpuError */
export function requireFinite({ data, dimension }: FeatureMatrix): void {
  const index = notFinite(data);
  if (index < 0) return;
  const row = Math.floor(index / dimension);
  throw new SppgpuError(
    `svm: feature ${index - row * dimension} of sample ${row} is ${data[index]}; leave that sample out`,
  );
}

/** Position of the first value that is not finite, -1 where all are. By index: `findIndex` is many times slower. */
export function notFinite(data: Float32Array): number {
  for (let index = 0; index < data.length; index += 1) if (!Number.isFinite(data[index]!)) return index;
  return -1;
}

/** The rows one by one, as views of the same memory. */
export function featureRows({ data, count, dimension }: FeatureMatrix): Float32Array[] {
  return Array.from({ length: count }, (_, row) => data.subarray(row * dimension, (row + 1) * dimension));
}

/** Some rows, in the order given: a copy, or a view of the same memory where they follow one another. */
export function takeRows({ data, dimension }: FeatureMatrix, rows: ArrayLike<number>): FeatureMatrix {
  if (followOneAnother(rows)) {
    const start = (rows[0] ?? 0) * dimension;
    return { data: data.subarray(start, start + rows.length * dimension), count: rows.length, dimension };
  }
  const taken = new Float32Array(rows.length * dimension);
  for (let row = 0; row < rows.length; row += 1) {
    const start = rows[row]! * dimension;
    taken.set(data.subarray(start, start + dimension), row * dimension);
  }
  return { data: taken, count: rows.length, dimension };
}

function followOneAnother(rows: ArrayLike<number>): boolean {
  for (let row = 1; row < rows.length; row += 1) if (rows[row] !== rows[row - 1]! + 1) return false;
  return true;
}

/** Each row divided by its Euclidean norm, as the paper does before every SVM; a zero row stays zero. */
export function l2Normalise({ data, count, dimension }: FeatureMatrix): FeatureMatrix {
  const result = data.slice();
  for (let row = 0; row < count; row += 1) normaliseVector(result.subarray(row * dimension, (row + 1) * dimension));
  return { data: result, count, dimension };
}

/** Divides one vector by its Euclidean norm, in place; zeros stay zeros. */
export function normaliseVector(vector: Float32Array): void {
  let squares = 0;
  for (let k = 0; k < vector.length; k += 1) squares += vector[k]! * vector[k]!;
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let k = 0; k < vector.length; k += 1) vector[k]! *= factor;
}
