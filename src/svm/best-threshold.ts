import { type CurvePoint, rankingCurve } from './ranking-curve.js';

/**
 * The score above which the F1 of precision and recall is best over some examples: halfway between the lowest score that is
 * taken and the next one below it, or half an SVM's margin below where there is none. Equal scores are taken together; of
 * equally good thresholds the highest.
 * @param scores of the examples, finite
 * @param targets above 0 for positives, below 0 for negatives
 * @returns 0 where there is no positive
 */
export function bestThreshold(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const curve = rankingCurve(scores, targets);
  const positives = curve.at(-1)?.hits ?? 0;
  if (positives === 0) return 0;
  const f1 = ({ hits, seen }: CurvePoint): number => (2 * hits) / (seen + positives);
  const best = curve.reduce((most, point, place) => (f1(point) > f1(curve[most]!) ? place : most), 0);
  const { threshold } = curve[best]!;
  const below = curve[best + 1]?.threshold ?? threshold - 1;
  return (threshold + below) / 2;
}
