import { betterFirst } from './ranking.js';

/** What a threshold lets in: so many items, of which so many are positives. */
export interface CurvePoint {
  readonly threshold: number;
  readonly seen: number;
  readonly hits: number;
}

/**
 * A point for each different score, from the highest to the lowest: items of equal scores come in at once, so that nothing
 * depends on the order of the items. NaN comes last.
 * @param targets above 0: positive; below 0: negative; 0: left out
 */
export function rankingCurve(scores: ArrayLike<number>, targets: ArrayLike<number>): CurvePoint[] {
  const counted = Array.from({ length: targets.length }, (_, index) => index).filter((index) => targets[index] !== 0);
  counted.sort((a, b) => betterFirst(scores[a]!, scores[b]!));
  const points: CurvePoint[] = [];
  let hits = 0;
  for (const [rank, index] of counted.entries()) {
    if (targets[index]! > 0) hits += 1;
    const next = counted[rank + 1];
    if (next !== undefined && betterFirst(scores[index]!, scores[next]!) === 0) continue;
    points.push({ threshold: scores[index]!, seen: rank + 1, hits });
  }
  return points;
}
