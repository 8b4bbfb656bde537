import { betterFirst } from '../svm/ranking.js';
import { type Boxes, iou } from './boxes.js';

/** Places of the numbers from the highest to the lowest; equal ones keep their order, NaN comes last, behind -Infinity. */
export function byScore(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(scores, (_, index) => index).sort((a, b) => betterFirst(scores[a]!, scores[b]!) || a - b);
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
