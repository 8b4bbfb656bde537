/** The few statistics that the reports compute from counts. */
import type { Bucket } from './types.js';

/** Share of right answers; NaN where there was nothing to answer. */
export function accuracy(result: { correct: number; total: number }): number {
  return result.total > 0 ? result.correct / result.total : Number.NaN;
}

/**
 * Wilson's 95 % interval of a share: what the true accuracy may well be, given so few answers. `[NaN, NaN]` for none.
 * Wilson (1927); unlike the normal interval it stays inside [0, 1] and works at 0 and 100 %.
 */
export function wilsonInterval(correct: number, total: number): [low: number, high: number] {
  if (!(total > 0)) return [Number.NaN, Number.NaN];
  const z2 = 1.959964 ** 2;
  const p = correct / total;
  const middle = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total)) * Math.sqrt(z2)) / (1 + z2 / total);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/**
 * Difference of two accuracies on the same images with its 95 % interval, from the images that only one was right on. Agresti
 * and Min (2005): half an image is added to each of the four outcomes, so that few disagreements give no certainty.
 */
export function pairedDifference(
  onlyFirst: number,
  onlySecond: number,
  total: number,
): { difference: number; low: number; high: number } {
  if (!(total > 0)) return { difference: Number.NaN, low: Number.NaN, high: Number.NaN };
  const [first, second, all] = [onlyFirst + 0.5, onlySecond + 0.5, total + 2];
  const middle = (first - second) / all;
  const half = (1.959964 * Math.sqrt(first + second - (first - second) ** 2 / all)) / all;
  return { difference: (onlyFirst - onlySecond) / total, low: middle - half, high: middle + half };
}

/** Count in one cell of a confusion matrix; missing rows, missing cells and NaN count as 0. */
export function confusionCount(confusion: readonly (readonly number[])[], truth: number, predicted: number): number {
  const value = confusion[truth]?.[predicted];
  return value !== undefined && value > 0 && Number.isFinite(value) ? value : 0;
}

/** Right answers and images of every class: the diagonal and the row sums. */
export function classBuckets(classes: readonly string[], confusion: readonly (readonly number[])[]): Bucket[] {
  return classes.map((label, truth) => ({
    label,
    correct: confusionCount(confusion, truth, truth),
    total: classes.reduce((sum, _, predicted) => sum + confusionCount(confusion, truth, predicted), 0),
  }));
}

/** A mistake that was made `count` times: images of class `truth` taken for class `predicted`. */
export interface Mixup {
  truth: number;
  predicted: number;
  count: number;
}

/** The wrong cells of a confusion matrix, most frequent first (then by class). */
export function mixups(classes: readonly string[], confusion: readonly (readonly number[])[]): Mixup[] {
  const found: Mixup[] = [];
  for (let truth = 0; truth < classes.length; truth++) {
    for (let predicted = 0; predicted < classes.length; predicted++) {
      const times = confusionCount(confusion, truth, predicted);
      if (truth !== predicted && times > 0) found.push({ truth, predicted, count: times });
    }
  }
  return found.sort((a, b) => b.count - a.count || a.truth - b.truth || a.predicted - b.predicted);
}
