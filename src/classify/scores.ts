import { ShapeError } from '../runtime/errors.js';

/**
 * Softmax of each row in float64.
 * @param logits [rows, classes], row by row
 */
export function softmaxRows(logits: ArrayLike<number>, classes: number): Float64Array {
  const rows = rowCount('softmaxRows', logits.length, classes);
  const result = new Float64Array(logits.length);
  for (let row = 0; row < rows; row += 1) {
    const start = row * classes;
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c += 1) largest = Math.max(largest, logits[start + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c += 1) sum += result[start + c] = Math.exp(logits[start + c]! - largest);
    for (let c = 0; c < classes; c += 1) result[start + c]! /= sum;
  }
  return result;
}

/**
 * Sigmoid of every logit in float64: the classes do not know of each other.
 * @param logits [rows, classes], row by row
 */
export function sigmoidRows(logits: ArrayLike<number>): Float64Array {
  return Float64Array.from(logits, (x) => {
    const e = Math.exp(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  });
}

/**
 * Mean score of all views of each image: the paper weighs every view equally.
 * @param scores [views, classes]
 * @param imageOf image index of each view; views of an image may lie anywhere
 * @returns [images, classes]
 * @throws ShapeError where an image has no view or an index lies outside
 */
export function averageViews(
  scores: ArrayLike<number>,
  imageOf: ArrayLike<number>,
  images: number,
  classes: number,
): Float64Array {
  const views = rowCount('averageViews', scores.length, classes);
  if (views !== imageOf.length) {
    throw new ShapeError(
      `averageViews: ${views} rows of scores but ${imageOf.length} image indices; pass one index per view`,
    );
  }
  const means = new Float64Array(images * classes);
  const counts = new Int32Array(images);
  for (let view = 0; view < views; view += 1) {
    const image = imageOf[view]!;
    if (!(image >= 0 && image < images)) {
      throw new ShapeError(`averageViews: view ${view} belongs to image ${image}; there are images 0 to ${images - 1}`);
    }
    counts[image]! += 1;
    for (let c = 0; c < classes; c += 1) means[image * classes + c]! += scores[view * classes + c]!;
  }
  counts.forEach((count, image) => {
    if (count === 0) throw new ShapeError(`averageViews: image ${image} has no view; plan at least one view per image`);
    for (let c = 0; c < classes; c += 1) means[image * classes + c]! /= count;
  });
  return means;
}

/** Rows in a flat matrix. Throws ShapeError where its length is not a multiple of the columns. */
export function rowCount(what: string, length: number, columns: number): number {
  if (!Number.isInteger(columns) || columns < 1 || length % columns !== 0) {
    throw new ShapeError(
      `${what}: ${length} values are not a whole number of rows of ${columns}; check the class count`,
    );
  }
  return length / columns;
}
