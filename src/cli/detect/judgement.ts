import type { ImageDataset } from '../../data/dataset.js';
import type { Detection } from '../../detect/detection.js';
import {
  type DetectionEvaluation,
  evaluateDetections,
  type JudgedPicture,
} from '../../detect/evaluation/evaluate-detections.js';
import { hundredths } from '../evaluation/kind.js';
import { textTable } from '../table.js';

/** Detections of a set, and how good they are. */
export interface Judgement {
  readonly dataset: ImageDataset;
  readonly pictures: readonly JudgedPicture[];
  readonly evaluation: DetectionEvaluation;
}

/** Judges detections, one list per picture of the set. */
export function judge(dataset: ImageDataset, found: readonly (readonly Detection[])[]): Judgement {
  const pictures = found.map((detections, index) => ({ detections, objects: dataset.entry(index).objects ?? [] }));
  return { dataset, pictures, evaluation: evaluateDetections(pictures, dataset.classes.length) };
}

/** The line for machines. A class without objects has null for its precisions. */
export function judgementJson({ dataset, evaluation }: Judgement, seconds: number): Readonly<Record<string, unknown>> {
  const { map11, mapAll, perClass, images } = evaluation;
  return {
    ...{ map: map11, ap11: map11, apAll: mapAll },
    perClass: perClass.map(({ ap11, apAll, positives, detections, found }, c) => {
      return { label: dataset.classes[c]!, ap11, apAll, objects: positives, detections, found };
    }),
    ...{ images, seconds: Number(seconds.toFixed(3)) },
  };
}

/** The table for people, with the mean below. */
export function judgementTable({ dataset, evaluation }: Judgement): string {
  const { map11, mapAll, perClass, images } = evaluation;
  const rows = perClass.map(({ ap11, apAll, positives, detections, found }, c) => {
    const counts = [positives, found, detections].map(String);
    return [dataset.classes[c]!, ...counts, hundredths(ap11), hundredths(apAll)];
  });
  return [
    textTable(['class', 'objects', 'found', 'detections', 'AP %', 'all-point %'], rows),
    `mAP ${hundredths(map11)} % (11 points), ${hundredths(mapAll)} % (all points), ${images} pictures of ${dataset.name}; equal scores count at once`,
  ].join('\n\n');
}
