import type { ImageObject } from '../../data/objects.js';
import { boxesOf, iou } from '../boxes.js';
import type { Detection } from '../detection.js';
import { byScore } from '../nms.js';

/** IoU from which VOC takes a detection for right. */
export const VOC_IOU = 0.5;

/**
 * `right`: the first on its object; `duplicate`: a further one on an object that was found; `ignored`: on a difficult object,
 * which neither helps nor harms; `wrong`: on no object of its class.
 */
export type Outcome = 'right' | 'duplicate' | 'ignored' | 'wrong';

export interface Match {
  readonly outcome: Outcome;
  /** Place of the object of its class that it overlaps most; -1 where it overlaps none. */
  readonly object: number;
  /** How much it does. */
  readonly iou: number;
}

/**
 * What becomes of each detection of one picture, by VOC's rule: from the highest score down, a detection belongs to the object
 * of its class that it overlaps most (the first of several alike, difficult ones among them), if by `threshold` or more.
 * Detections of equal scores may change places without any change of how many are right.
 */
export function matchDetections(
  detections: readonly Detection[],
  objects: readonly ImageObject[],
  threshold = VOC_IOU,
): Match[] {
  const found = boxesOf(detections.map(({ box }) => box));
  const truth = boxesOf(objects.map(({ box }) => box));
  const taken = new Set<number>();
  const matches: Match[] = new Array(detections.length);
  for (const index of byScore(detections.map(({ score }) => score))) {
    let object = -1;
    let most = 0;
    for (const [other, { label }] of objects.entries()) {
      if (label !== detections[index]!.label) continue;
      const overlap = iou(found, index, truth, other);
      if (overlap > most) [object, most] = [other, overlap];
    }
    matches[index] = { outcome: outcomeOf(object, most), object, iou: most };
  }
  return matches;

  function outcomeOf(object: number, overlap: number): Outcome {
    if (object < 0 || overlap < threshold) return 'wrong';
    if (objects[object]!.difficult) return 'ignored';
    if (taken.has(object)) return 'duplicate';
    taken.add(object);
    return 'right';
  }
}
