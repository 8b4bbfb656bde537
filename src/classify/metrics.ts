import { ShapeError } from '../runtime/errors.js';
import { rowCount } from './scores.js';

/**
 * Place of a class in its row, 0 for the best. Equal scores rank by class index; NaN has no place (Infinity), so that a
 * diverged net is never credited, not even where k is the number of classes or more.
 */
function rankOf(scores: ArrayLike<number>, start: number, classes: number, label: number): number {
  const own = scores[start + label]!;
  if (Number.isNaN(own)) return Number.POSITIVE_INFINITY;
  let rank = 0;
  for (let c = 0; c < classes; c += 1) {
    const other = scores[start + c]!;
    if (other > own || (other === own && c < label)) rank += 1;
  }
  return rank;
}

function checkLabels(labels: ArrayLike<number>, rows: number, classes: number): void {
  if (labels.length !== rows) {
    throw new ShapeError(`metrics: ${rows} rows of scores but ${labels.length} labels; pass one label a row`);
  }
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ShapeError(`metrics: label ${label} of row ${row} is not a class; labels go from 0 to ${classes - 1}`);
    }
  }
}

/** Share of rows whose label is among the k best scores; 0 for no rows. */
export function topKAccuracy(scores: ArrayLike<number>, labels: ArrayLike<number>, classes: number, k: number): number {
  const rows = rowCount('topKAccuracy', scores.length, classes);
  checkLabels(labels, rows, classes);
  let hits = 0;
  for (let row = 0; row < rows; row += 1) {
    if (rankOf(scores, row * classes, classes, labels[row]!) < k) hits += 1;
  }
  return rows === 0 ? 0 : hits / rows;
}

/** Class indices of the k best scores of one row, best first, ties by index, NaN last. */
export function topClasses(scores: ArrayLike<number>, k: number): number[] {
  const value = (c: number): number => (Number.isNaN(scores[c]!) ? Number.NEGATIVE_INFINITY : scores[c]!);
  const order = Array.from({ length: scores.length }, (_, c) => c);
  // Infinity - Infinity is NaN, so compare instead of subtracting.
  order.sort((a, b) => (value(a) === value(b) ? a - b : value(a) < value(b) ? 1 : -1));
  return order.slice(0, k);
}

/** Best class of every row of [rows, classes]. */
export function predictions(scores: ArrayLike<number>, classes: number): Int32Array {
  const rows = rowCount('predictions', scores.length, classes);
  const best = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let winner = 0;
    for (let c = 1; c < classes; c += 1) {
      const challenger = scores[row * classes + c]!;
      const champion = scores[row * classes + winner]!;
      if (challenger > champion || (Number.isNaN(champion) && !Number.isNaN(challenger))) winner = c;
    }
    best[row] = winner;
  }
  return best;
}

/** Counts [classes, classes]: row = true class, column = predicted class. */
export function confusionMatrix(predicted: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Int32Array {
  checkLabels(labels, predicted.length, classes);
  checkLabels(predicted, labels.length, classes);
  const counts = new Int32Array(classes * classes);
  for (let row = 0; row < labels.length; row += 1) counts[labels[row]! * classes + predicted[row]!]! += 1;
  return counts;
}

/** Share of each true class predicted right; null for classes without a row. */
export function perClassAccuracy(confusion: ArrayLike<number>, classes: number): (number | null)[] {
  return Array.from({ length: classes }, (_, label) => {
    let total = 0;
    for (let c = 0; c < classes; c += 1) total += confusion[label * classes + c]!;
    return total === 0 ? null : confusion[label * classes + label]! / total;
  });
}

/** Mean of the classes that occur, each weighing the same (Caltech-101's convention); 0 where none does. */
export function meanPerClassAccuracy(confusion: ArrayLike<number>, classes: number): number {
  return meanAndDeviation(perClassAccuracy(confusion, classes).filter((share) => share !== null)).mean;
}

/** Everything that an evaluation prints. */
export interface ClassificationReport {
  readonly images: number;
  readonly top1: number;
  readonly top5: number;
  readonly perClass: readonly (number | null)[];
  readonly meanPerClass: number;
  readonly confusion: Int32Array;
}

/** All metrics of scores [images, classes] at once. */
export function classificationReport(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): ClassificationReport {
  const confusion = confusionMatrix(predictions(scores, classes), labels, classes);
  return {
    images: labels.length,
    top1: topKAccuracy(scores, labels, classes, 1),
    top5: topKAccuracy(scores, labels, classes, 5),
    perClass: perClassAccuracy(confusion, classes),
    meanPerClass: meanPerClassAccuracy(confusion, classes),
    confusion,
  };
}

/** Mean and sample deviation (n - 1; 0 for fewer than two values), as results over seeds and splits are quoted. */
export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const count = values.length;
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, deviation: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}
