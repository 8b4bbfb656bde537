import { correctBoxes, TARGETS } from './box-targets.js';
import { type Boxes, boxArea, boxAt, clipBoxes, takeBoxes } from './boxes.js';
import type { Detection } from './detection.js';
import { nms } from './nms.js';

/** Windows of a picture with what classifiers say of them. */
export interface ScoredWindows {
  readonly boxes: Boxes;
  /** [windows, classes]; NaN for a class that no classifier was trained for. */
  readonly scores: Float32Array;
  /** Corrections `[windows, classes * 4]` by box regression, NaN where none was computed; null without regression. */
  readonly corrections: Float32Array | null;
}

/** Which windows become detections. */
export interface DetectionLimits {
  /** Scores that are not above it, or above the one of their class, are dropped. The released code: -1.5. */
  readonly minScore: number | readonly number[];
  /** IoU above which the lower score of a class gives way. Default of the paper: 0.3. */
  readonly nms: number;
  /** Of one class in one picture. */
  readonly perClass: number;
}

export const DETECTION_LIMITS: DetectionLimits & { readonly minScore: number } = {
  ...{ minScore: -1.5, nms: 0.3, perClass: 100 },
};

/** The score that a window must have at least to be a detection of any class. */
export const lowest = (minScore: DetectionLimits['minScore']): number =>
  typeof minScore === 'number' ? minScore : Math.min(...minScore);

/**
 * The detections of a picture, the surest first: for each class non-maximum suppression, then the correction of the boxes that
 * stayed, cut to the picture, and suppression again (paper 4.1; the released code).
 */
export function detectionsOf(
  { boxes, scores, corrections }: ScoredWindows,
  classes: number,
  { width, height }: { readonly width: number; readonly height: number },
  limits: DetectionLimits,
): Detection[] {
  const count = scores.length / classes;
  const found: Detection[] = [];
  const { minScore } = limits;
  for (let label = 0; label < classes; label++) {
    const least = typeof minScore === 'number' ? minScore : minScore[label]!;
    const rows = Array.from({ length: count }, (_, row) => row).filter((row) => scores[row * classes + label]! > least);
    const own = rows.map((row) => scores[row * classes + label]!);
    const kept = nms(takeBoxes(boxes, rows), own, limits.nms, limits.perClass);
    const keptRows = kept.map((place) => rows[place]!);
    const keptScores = kept.map((place) => own[place]!);
    const final = finalBoxes(takeBoxes(boxes, keptRows), keptRows, label, classes, corrections);
    const clipped = clipBoxes(final, width, height);
    for (const place of corrections ? nms(clipped, keptScores, limits.nms) : keptScores.keys()) {
      if (boxArea(clipped, place) > 0) found.push({ label, score: keptScores[place]!, box: boxAt(clipped, place) });
    }
  }
  return found.sort((a, b) => b.score - a.score || a.label - b.label);
}

function finalBoxes(
  boxes: Boxes,
  rows: readonly number[],
  label: number,
  classes: number,
  corrections: Float32Array | null,
): Boxes {
  if (!corrections) return boxes;
  const own = new Float32Array(rows.length * TARGETS);
  for (const [place, row] of rows.entries()) {
    const at = (row * classes + label) * TARGETS;
    own.set(corrections.subarray(at, at + TARGETS), place * TARGETS);
  }
  return correctBoxes(boxes, own);
}
