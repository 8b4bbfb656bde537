import type { ImageObject } from '../../data/objects.js';
import { betterFirst } from '../../svm/ranking.js';
import { boxArea, boxesOf, iou } from '../boxes.js';
import type { Detection } from '../detection.js';
import type { DetectionEvaluation, JudgedPicture } from './evaluate-detections.js';
import { VOC_IOU } from './match.js';

/**
 * Why a detection is wrong, after Hoiem et al. (ECCV 2012): `place`, it overlaps an object of its class too little or is a
 * second one on it; `class`, it overlaps an object of another class; `background`, neither. `missed` is an object not found.
 */
export const FAILURE_KINDS = ['missed', 'class', 'place', 'background'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Least IoU with an object that makes a detection one of it, badly placed, rather than one of the background. */
const NEAR = 0.1;

export interface Failure {
  readonly kind: FailureKind;
  /** Which picture. */
  readonly picture: number;
  /** Missing where the object was missed. */
  readonly detection?: Detection;
  /** What it overlaps, or what was missed. */
  readonly object?: ImageObject;
  readonly iou: number;
}

/**
 * Everything that went wrong, the worst of each kind first: wrong detections by falling score, missed objects by falling area.
 * `names`, one per picture, decide between equal ones, so that the order of the pictures does not.
 */
export function failuresOf(
  pictures: readonly JudgedPicture[],
  { matches }: DetectionEvaluation,
  names: readonly string[],
): Failure[] {
  const failures = pictures.flatMap(({ detections, objects }, picture): Failure[] => {
    const found = new Set(matches[picture]!.filter(({ outcome }) => outcome === 'right').map(({ object }) => object));
    const missed = objects.flatMap((object, place): Failure[] =>
      object.difficult || found.has(place) ? [] : [{ kind: 'missed', picture, object, iou: 0 }],
    );
    const wrong = detections.flatMap((detection, place): Failure[] => {
      const { outcome } = matches[picture]![place]!;
      if (outcome === 'right' || outcome === 'ignored') return [];
      return [{ ...reasonOf(detection, objects), picture, detection }];
    });
    return [...missed, ...wrong];
  });
  const size = ({ box }: ImageObject): number => boxArea(boxesOf([box]), 0);
  const rank = ({ detection, object }: Failure): number => detection?.score ?? size(object!);
  const kind = (failure: Failure): number => FAILURE_KINDS.indexOf(failure.kind);
  return failures.sort((a, b) => {
    const [first, second] = [names[a.picture]!, names[b.picture]!];
    return kind(a) - kind(b) || betterFirst(rank(a), rank(b)) || (first < second ? -1 : Number(first > second));
  });
}

function reasonOf(detection: Detection, objects: readonly ImageObject[]): Pick<Failure, 'kind' | 'object' | 'iou'> {
  const own = boxesOf([detection.box]);
  const boxes = boxesOf(objects.map(({ box }) => box));
  const nearest = (of: (object: ImageObject) => boolean) => {
    let best: { object?: ImageObject; iou: number } = { iou: 0 };
    for (const [place, object] of objects.entries()) {
      const overlap = of(object) ? iou(own, 0, boxes, place) : 0;
      if (overlap > best.iou) best = { object, iou: overlap };
    }
    return best;
  };
  const same = nearest(({ label }) => label === detection.label);
  if (same.iou >= VOC_IOU) return { kind: 'place', ...same };
  const other = nearest(({ label }) => label !== detection.label);
  if (same.iou >= NEAR && same.iou >= other.iou) return { kind: 'place', ...same };
  if (other.iou >= NEAR) return { kind: 'class', ...other };
  return same.iou >= NEAR ? { kind: 'place', ...same } : { kind: 'background', iou: 0 };
}
