import { type Boxes, iou } from './boxes.js';

/** Places of the numbers from the highest to the lowest; equal ones keep their order, NaN comes last. */
export function byScore(scores: ArrayLike<number>): Uint32Array {
  const rank = (value: number): number => (Number.isNaN(value) ? -Infinity : value);
  return Uint32Array.from(scores, (_, index) => index).sort((a, b) => {
    const [first, second] = [rank(scores[a]!), rank(scores[b]!)];
    return first === second ? a - b : first < second ? 1 : -1;
  });
}

/**
 * Greedy non-maximum suppression (paper, section 4.1): from the highest score down, a box stays unless its IoU with one that
 * stayed is above `threshold`. Returns the places of those that stay, best first, at most `limit`.
 */
export function nms(boxes: Boxes, scores: ArrayLike<number>, threshold: number, limit = Infinity): number[] {
  const kept: number[] = [];
  for (const candidate of byScore(scores)) {
    if (kept.length >= limit) break;
    if (kept.every((other) => iou(boxes, candidate, boxes, other) <= threshold)) kept.push(candidate);
  }
  return kept;
}
