import type { AnnotatedPicture } from '../../data/boundary-set.js';
import { votesOf } from './annotators.js';
import { BoundaryMatcher } from './boundary-matcher.js';
import type { EdgeMap } from './edge-map.js';

/** Thresholds that a map is cut at: 1 / 100 to 99 / 100. */
export const THRESHOLDS = 99;
/** Of the diagonal, within which a predicted pixel may be matched (Martin, Fowlkes and Malik 2004). */
const TOLERANCE = 0.0075;

/** Counts of a picture, or of several, at each threshold. */
export interface BoundaryCounts {
  /** Predicted pixels, and those of them that match a human one. */
  readonly predicted: Float64Array;
  readonly right: Float64Array;
  /** Votes of annotators for boundary pixels, and those that are matched. */
  readonly votes: Float64Array;
  readonly found: Float64Array;
}

export function noCounts(): BoundaryCounts {
  const zeros = () => new Float64Array(THRESHOLDS);
  return { predicted: zeros(), right: zeros(), votes: zeros(), found: zeros() };
}

/** Adds the counts of a picture. */
function addCounts(sum: BoundaryCounts, more: BoundaryCounts): void {
  for (const name of ['predicted', 'right', 'votes', 'found'] as const) {
    for (let t = 0; t < THRESHOLDS; t++) sum[name][t]! += more[name][t]!;
  }
}

/**
 * Compares a thinned map with what people marked. Pixels join from the strongest down, so one matching serves all thresholds.
 *
 * The published protocol matches every annotator's map on its own: a predicted pixel is right if it matches in one of them, and
 * recall counts the pixels of all of them. Of a mean of maps, the annotators' own are not known. So precision comes from a
 * one-to-one matching with all pixels that anybody marked; recall from a second one in which a human pixel has a place per
 * annotator that marked it, and a predicted pixel takes at most as many as there are annotators.
 */
export function countBoundaries({ width, height, strength }: EdgeMap, { marked }: AnnotatedPicture): BoundaryCounts {
  const { annotators, votes } = votesOf(marked);
  const tolerance = TOLERANCE * Math.hypot(width, height);
  const anybody = votes.map((count) => Math.min(1, count));
  const precise = new BoundaryMatcher({ width, height, capacity: anybody }, tolerance);
  const complete = new BoundaryMatcher({ width, height, capacity: votes }, tolerance);
  const counts = noCounts();
  counts.votes.fill(votes.reduce((sum, count) => sum + count, 0));
  const levels = Uint8Array.from(strength, (value) => Math.min(THRESHOLDS, Math.floor(value * (THRESHOLDS + 1))));
  const order = Uint32Array.from(strength.keys())
    .filter((i) => levels[i]! > 0)
    .sort((a, b) => strength[b]! - strength[a]! || a - b);
  for (const i of order) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const right = precise.add(x, y);
    const found = complete.add(x, y, annotators);
    // It is there at the threshold of its level, and at all below.
    const at = levels[i]! - 1;
    counts.predicted[at]! += 1;
    counts.right[at]! += right;
    counts.found[at]! += found;
  }
  for (let t = THRESHOLDS - 2; t >= 0; t--) {
    for (const name of ['predicted', 'right', 'found'] as const) counts[name][t]! += counts[name][t + 1]!;
  }
  return counts;
}

export interface PrecisionRecall {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/** At each threshold; where nothing is predicted precision is 1, where there is no boundary recall is. */
function precisionRecall({ predicted, right, votes, found }: BoundaryCounts): PrecisionRecall[] {
  return Array.from(predicted, (count, t) => {
    const precision = count > 0 ? right[t]! / count : 1;
    const recall = votes[t]! > 0 ? found[t]! / votes[t]! : 1;
    const f = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
    return { threshold: (t + 1) / (THRESHOLDS + 1), precision, recall, f };
  });
}

/** The threshold of the best F-measure; of equal ones the lowest. */
export function bestThreshold(counts: BoundaryCounts): PrecisionRecall {
  return precisionRecall(counts).reduce((best, one) => (one.f > best.f ? one : best));
}

export interface BoundaryScores {
  /** F-measure at the one threshold that is best for all pictures together. */
  readonly ods: PrecisionRecall;
  /** F-measure where each picture has the threshold that is best for it. */
  readonly ois: number;
  /** Area below precision over recall, 0 where recall is not reached. */
  readonly ap: number;
}

/** Scores of a set of pictures. @param pictures their counts, at least one */
export function boundaryScores(pictures: readonly BoundaryCounts[]): BoundaryScores {
  const all = noCounts();
  const best = { predicted: 0, right: 0, votes: 0, found: 0 };
  for (const counts of pictures) {
    addCounts(all, counts);
    const t = Math.round(bestThreshold(counts).threshold * (THRESHOLDS + 1)) - 1;
    for (const name of ['predicted', 'right', 'votes', 'found'] as const) best[name] += counts[name][t]!;
  }
  const precision = best.predicted > 0 ? best.right / best.predicted : 1;
  const recall = best.votes > 0 ? best.found / best.votes : 1;
  const ois = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
  return { ods: bestThreshold(all), ois, ap: area(precisionRecall(all)) };
}

/** Precision at recalls 0, 0.01, .. 1, interpolated between thresholds, averaged. */
function area(curve: readonly PrecisionRecall[]): number {
  const points = [...curve].sort((a, b) => a.recall - b.recall || b.precision - a.precision);
  let sum = 0;
  for (let i = 0; i <= 100; i++) {
    const recall = i / 100;
    const after = points.findIndex((point) => point.recall >= recall);
    if (after < 0) continue;
    const [a, b] = [points[Math.max(0, after - 1)]!, points[after]!];
    const part = b.recall > a.recall ? Math.max(0, recall - a.recall) / (b.recall - a.recall) : 1;
    sum += a.precision + part * (b.precision - a.precision);
  }
  return sum / 101;
}
