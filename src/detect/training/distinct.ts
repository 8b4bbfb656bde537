import { type Boxes, iou } from '../boxes.js';

/**
 * The paper's rule against near copies: a negative that overlaps another one by more than `threshold` is left out. In the order
 * given, so the first of a cluster stays.
 * @param rows places of the negatives among the boxes
 */
export function withoutNearCopies(boxes: Boxes, rows: readonly number[], threshold = 0.7): number[] {
  const kept: number[] = [];
  for (const row of rows) {
    if (kept.every((other) => iou(boxes, row, boxes, other) <= threshold)) kept.push(row);
  }
  return kept;
}
