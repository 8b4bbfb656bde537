import { type Boxes, COORDINATES, iou } from '../../boxes.js';
import { byScore } from '../../nms.js';

/** `beta` never falls below this by `eta`. */
const LEAST_THRESHOLD = 0.5;

export interface AdaptiveNmsOptions {
  /** IoU above which the worse of two boxes goes. */
  readonly beta: number;
  /** Factor of the threshold after every box that stays, down to 0.5. */
  readonly eta: number;
  readonly maxBoxes: number;
}

/**
 * Greedy non-maximum suppression of many thousands of boxes, with a threshold that may fall on the way (Hosang et al. 2015).
 * Boxes whose sides differ by more than the threshold cannot overlap that much: only kept ones of like width and height are
 * compared. Returns the places of those that stay, best first.
 */
export function adaptiveNms(boxes: Boxes, scores: ArrayLike<number>, options: AdaptiveNmsOptions): number[] {
  const { beta, eta, maxBoxes } = options;
  const lowest = eta < 1 ? Math.min(beta, LEAST_THRESHOLD) : beta;
  const binWidth = -Math.log(lowest);
  const bin = (side: number): number => (binWidth > 0 ? Math.floor(Math.log(Math.max(1, side)) / binWidth) : side);
  const kept: number[] = [];
  const bins = new Map<number, number[]>();
  let threshold = beta;
  for (const candidate of byScore(scores)) {
    if (kept.length >= maxBoxes) break;
    const at = candidate * COORDINATES;
    const across = bin(boxes[at + 2]! - boxes[at]!);
    const down = bin(boxes[at + 3]! - boxes[at + 1]!);
    if (suppressed(candidate, across, down)) continue;
    const key = across * ROW + down;
    const own = bins.get(key);
    if (own) own.push(candidate);
    else bins.set(key, [candidate]);
    kept.push(candidate);
    if (threshold > LEAST_THRESHOLD) threshold = Math.max(LEAST_THRESHOLD, threshold * eta);
  }
  return kept;

  function suppressed(candidate: number, across: number, down: number): boolean {
    for (let u = across - 1; u <= across + 1; u++) {
      for (let v = down - 1; v <= down + 1; v++) {
        for (const other of bins.get(u * ROW + v) ?? []) {
          if (iou(boxes, candidate, boxes, other) > threshold) return true;
        }
      }
    }
    return false;
  }
}

/** More than there are bins of one side. */
const ROW = 2 ** 24;
