import { ShapeError } from '../runtime/errors.js';
import { rankingCurve } from './ranking-curve.js';
import type { Targets } from './targets.js';

/** `'11point'`: VOC 2007. `'allPoint'`: area under the monotone curve, VOC 2010 and later. */
export type AveragePrecisionMethod = '11point' | 'allPoint';

/**
 * Average precision of a ranking without equal places.
 * @param hits best first; true where the item is a positive (for detection: a matched ground truth)
 * @param positives how many positives there are in all, found or not
 * @returns 0 .. 1; NaN where there is no positive, since recall is then undefined
 */
export function averagePrecisionOfRanking(
  hits: ArrayLike<boolean | number>,
  positives: number,
  method: AveragePrecisionMethod = '11point',
): number {
  const precision: number[] = [];
  for (let rank = 0; rank < hits.length; rank += 1) {
    if (hits[rank]) precision.push((precision.length + 1) / (rank + 1));
  }
  return averageOf(precision, positives, method);
}

/**
 * Only ranks of hits matter: between them recall stands still and precision falls.
 * @param precision where each hit was found, best first; changed in place
 */
function averageOf(precision: number[], positives: number, method: AveragePrecisionMethod): number {
  if (positives === 0) return Number.NaN;
  for (let index = precision.length - 2; index >= 0; index -= 1) {
    precision[index] = Math.max(precision[index]!, precision[index + 1]!);
  }
  if (method === 'allPoint') return precision.reduce((sum, value) => sum + value, 0) / positives;
  let sum = 0;
  for (let tenth = 0; tenth <= 10; tenth += 1) {
    // First hit whose recall reaches tenth/10, in whole numbers: 0.1 * 3 > 0.3 would lose a level in floating point.
    const needed = Math.max(1, Math.ceil((tenth * positives) / 10));
    sum += precision[needed - 1] ?? 0;
  }
  return sum / 11;
}

/**
 * Average precision of classifier scores, whatever the order of the items: those of equal scores share the last of their
 * ranks, as if a threshold let all of them in at once, so that a net that scores all alike gets the share of the positives.
 * NaN ranks last, behind -Infinity.
 * @param targets above 0: positive; below 0: negative; 0: difficult, left out as the VOC protocol says
 * @param missed positives without a score, since nothing found them
 * @throws ShapeError where the lengths differ
 */
export function averagePrecision(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  method: AveragePrecisionMethod = '11point',
  missed = 0,
): number {
  if (scores.length !== targets.length) {
    throw new ShapeError(
      `averagePrecision: ${scores.length} scores but ${targets.length} targets; pass one target for each score`,
    );
  }
  const precision: number[] = [];
  let found = 0;
  for (const { hits, seen } of rankingCurve(scores, targets)) {
    while (precision.length < hits) precision.push(hits / seen);
    found = hits;
  }
  return averageOf(precision, found + missed, method);
}

/** Average precision of each class of scores [samples, classes], as `averagePrecision`; NaN for a class without a positive. */
export function averagePrecisions(
  scores: ArrayLike<number>,
  targets: Targets,
  method: AveragePrecisionMethod = '11point',
): number[] {
  const { classes, count, data } = targets;
  return Array.from({ length: classes }, (_, c) => {
    const own = Float64Array.from({ length: count }, (_value, sample) => scores[sample * classes + c]!);
    return averagePrecision(own, data.subarray(c * count, (c + 1) * count), method);
  });
}

/** Mean over the classes that have a positive; NaN where none has. */
export function meanAveragePrecision(perClass: readonly number[]): number {
  const known = perClass.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
