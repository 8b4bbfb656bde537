import type { ImageObject } from '../../data/objects.js';
import { averagePrecision, meanAveragePrecision } from '../../svm/average-precision.js';
import { type CurvePoint, rankingCurve } from '../../svm/ranking-curve.js';
import type { Detection } from '../detection.js';
import { type Match, matchDetections, type Outcome, VOC_IOU } from './match.js';

/** What stands in a picture, and what was found in it. */
export interface JudgedPicture {
  readonly objects: readonly ImageObject[];
  readonly detections: readonly Detection[];
}

/** How well one class was found. */
export interface ClassDetection {
  /** Average precision at 11 recalls, as VOC 2007 has it; NaN where there is no object to find. */
  readonly ap11: number;
  /** Area under the monotone precision-recall curve, as VOC 2010 and later have it. */
  readonly apAll: number;
  /** Objects that are not difficult. */
  readonly positives: number;
  /** Detections, those on difficult objects too. */
  readonly detections: number;
  /** Objects found, by however low a score. */
  readonly found: number;
  /** What each threshold lets in, from the highest down; without those on difficult objects. */
  readonly curve: readonly CurvePoint[];
}

export interface DetectionEvaluation {
  /** Means over the classes that have objects to find. */
  readonly map11: number;
  readonly mapAll: number;
  readonly images: number;
  readonly perClass: readonly ClassDetection[];
  /** For each picture, what became of each of its detections. */
  readonly matches: readonly (readonly Match[])[];
}

const TARGETS: Readonly<Record<Outcome, number>> = { right: 1, duplicate: -1, wrong: -1, ignored: 0 };

/**
 * Average precision of the detections of a whole set under the rules of PASCAL VOC. Detections of equal scores come in at once,
 * right and wrong ones, and precision is looked at behind them: the order of the pictures, or of the detections in them, changes
 * nothing. A score that is NaN comes last.
 */
export function evaluateDetections(
  pictures: readonly JudgedPicture[],
  classes: number,
  { iou = VOC_IOU }: { readonly iou?: number } = {},
): DetectionEvaluation {
  const matches = pictures.map(({ detections, objects }) => matchDetections(detections, objects, iou));
  const perClass = Array.from({ length: classes }, (): { scores: number[]; targets: number[]; positives: number } => {
    return { scores: [], targets: [], positives: 0 };
  });
  for (const [index, { detections, objects }] of pictures.entries()) {
    for (const { label, difficult } of objects) perClass[label]!.positives += Number(!difficult);
    for (const [place, { label, score }] of detections.entries()) {
      perClass[label]!.scores.push(score);
      perClass[label]!.targets.push(TARGETS[matches[index]![place]!.outcome]);
    }
  }
  const judged = perClass.map(({ scores, targets, positives }): ClassDetection => {
    const found = targets.filter((target) => target > 0).length;
    const ap = (method: '11point' | 'allPoint') => averagePrecision(scores, targets, method, positives - found);
    return {
      ...{ ap11: ap('11point'), apAll: ap('allPoint'), positives, detections: scores.length, found },
      curve: rankingCurve(scores, targets),
    };
  });
  return {
    map11: meanAveragePrecision(judged.map(({ ap11 }) => ap11)),
    mapAll: meanAveragePrecision(judged.map(({ apAll }) => apAll)),
    images: pictures.length,
    perClass: judged,
    matches,
  };
}
