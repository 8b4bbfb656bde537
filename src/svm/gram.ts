import { ShapeError } from '../runtime/errors.js';
import { multiplyTransposed } from './dense.js';
import type { FeatureMatrix } from './features.js';

/** Inner products of all pairs of samples, [count, count], symmetric. All classes and all values of C share it. */
export interface Gram {
  readonly data: Float32Array;
  readonly count: number;
}

/**
 * Training samples up to which a Gram matrix is worth its memory: 256 MiB of float32, and 512 MiB more while the CPU computes
 * it. Caltech-101 (3,060) takes 36 MiB, VOC 2007 (5,011) takes 96 MiB, and a choice of C four ninths of that again.
 */
const MAXIMUM_COUNT = 8192;

/** Whether solving over inner products beats solving over features: rows are then shorter than features (or nearly so). */
export function gramPays({ count, dimension }: FeatureMatrix): boolean {
  return count <= MAXIMUM_COUNT && count <= 2 * dimension;
}

/** Computes the inner products on the CPU (count^2 * dimension / 2 multiply-adds; a device's matmul is an alternative). */
export function gramMatrix({ data, count, dimension }: FeatureMatrix): Gram {
  const lower = multiplyTransposed(data, data, dimension, { lowerOnly: true });
  const result = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = lower[i * count + j]!;
      result[i * count + j] = value;
      result[j * count + i] = value;
    }
  }
  return { data: result, count };
}

/**
 * Wraps inner products that a device computed (features times features transposed).
 * @throws ShapeError where they are not count x count
 */
export function gramFrom(data: Float32Array, count: number): Gram {
  if (data.length !== count * count) {
    throw new ShapeError(
      `svm: a Gram matrix of ${count} samples has ${count * count} values, not ${data.length}; compute features x features^T`,
    );
  }
  return { data, count };
}

/** The inner products among some of the samples. */
export function takeGram(gram: Gram, samples: ArrayLike<number>): Gram {
  const count = samples.length;
  const data = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    const row = samples[i]! * gram.count;
    for (let j = 0; j < count; j += 1) data[i * count + j] = gram.data[row + samples[j]!]!;
  }
  return { data, count };
}
