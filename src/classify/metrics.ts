import { ShapeError } from '../runtime/errors.js';
import { betterFirst } from '../svm/ranking.js';
import { rowCount } from './scores.js';

/**
 * Place of a class in its row, 0 for the best. Equal scores rank by class index; NaN has no place (Infinity), so that a
 * diverged net is never credited, not even where k is the number of classes or more.
 */
export function rankOf(scores: ArrayLike<number>, start: number, classes: number, label: number): number {
  const own = scores[start + label]!;
  if (Number.isNaN(own)) return Number.POSITIVE_INFINITY;
  let rank = 0;
  for (let c = 0; c < classes; c += 1) {
    const other = scores[start + c]!;
    if (other > own || (other === own && c < label)) rank += 1;
  }
  return rank;
}

function checkLabels(labels: ArrayLike<number>, rows: number, classes: number, lowest = 0): void {
  if (labels.length !== rows) {
    throw new ShapeError(`metrics: ${rows} rows of scores but ${labels.length} labels; pass one label per row`);
  }
  for (let row = 0; row < rows; row += 1) {
    const label = labels[row]!;
    if (!Number.isInteger(label) || label < lowest || label >= classes) {
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
  const order = Array.from({ length: scores.length }, (_, c) => c);
  order.sort((a, b) => betterFirst(scores[a]!, scores[b]!) || a - b);
  return order.slice(0, k);
}

/** Best class of every row of [rows, classes], the first of equal ones; -1 for a row of NaN, which says nothing. */
export function predictions(scores: ArrayLike<number>, classes: number): Int32Array {
  const rows = rowCount('predictions', scores.length, classes);
  const best = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let winner = 0;
    for (let c = 1; c < classes; c += 1) {
      const challenger = scores[row * classes + c]!;
      const champion = scores[row * classes + winner]!;
      if (betterFirst(challenger, champion) < 0) winner = c;
    }
    best[row] = Number.isNaN(scores[row * classes + winner]!) ? -1 : winner;
  }
  return best;
}

/** Counts [classes, classes]: row = true class, column = predicted class. A prediction of -1 (none) counts nowhere. */
export function confusionMatrix(predicted: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Int32Array {
  checkLabels(labels, predicted.length, classes);
  checkLabels(predicted, labels.length, classes, -1);
  const counts = new Int32Array(classes * classes);
  for (let row = 0; row < labels.length; row += 1) {
    if (predicted[row]! >= 0) counts[labels[row]! * classes + predicted[row]!]! += 1;
  }
  return counts;
}

/** Share of each true class predicted right (no prediction, -1, is wrong); null for classes without a row. */
export function perClassAccuracy(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): (number | null)[] {
  checkLabels(labels, predicted.length, classes);
  const [right, total] = [new Int32Array(classes), new Int32Array(classes)];
  for (let row = 0; row < labels.length; row += 1) {
    total[labels[row]!]! += 1;
    if (predicted[row] === labels[row]) right[labels[row]!]! += 1;
  }
  return Array.from(total, (count, label) => (count === 0 ? null : right[label]! / count));
}

/** Mean of the classes that occur, each weighing the same (Caltech-101's convention); 0 where none does. */
export function meanPerClassAccuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number {
  return meanAndDeviation(perClassAccuracy(predicted, labels, classes).filter((share) => share !== null)).mean;
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
  const predicted = predictions(scores, classes);
  return {
    images: labels.length,
    top1: topKAccuracy(scores, labels, classes, 1),
    top5: topKAccuracy(scores, labels, classes, 5),
    perClass: perClassAccuracy(predicted, labels, classes),
    meanPerClass: meanPerClassAccuracy(predicted, labels, classes),
    confusion: confusionMatrix(predicted, labels, classes),
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
