import type { ImageDataset } from '../../data/dataset.js';
import type { Detection } from '../../detect/detection.js';
import {
  type DetectionEvaluation,
  evaluateDetections,
  type JudgedPicture,
} from '../../detect/evaluation/evaluate-detections.js';
import { textTable } from '../../report/text-table.js';
import { hundredths } from '../evaluation/kind.js';

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

/** How long a test took, and each stage of it for a picture in the mean. */
export interface TestTimes {
  readonly seconds: number;
  readonly stages: Readonly<Record<string, number>>;
}

/** The line for machines. A class without objects has null for its precisions. @param seconds that it took, where they are told */
export function judgementJson({ dataset, evaluation }: Judgement, seconds?: number): Readonly<Record<string, unknown>> {
  const { map11, mapAll, perClass, images } = evaluation;
  return {
    ...{ map: map11, ap11: map11, apAll: mapAll },
    perClass: perClass.map(({ ap11, apAll, positives, detections, found }, c) => {
      return { label: dataset.classes[c]!, ap11, apAll, objects: positives, detections, found };
    }),
    images,
    ...(seconds !== undefined && { seconds: Number(seconds.toFixed(3)) }),
  };
}

/** The line of `detect test`: all detectors together and, where there are several, each alone. */
export function testJson(
  together: Judgement,
  alone: readonly Judgement[],
  files: readonly string[],
  times?: TestTimes,
): object {
  const line = { ...judgementJson(together, times?.seconds), ...(times && { stages: times.stages }) };
  if (alone.length === 0) return line;
  return { ...line, alone: alone.map((own, i) => ({ model: files[i]!, ...judgementJson(own, times?.seconds) })) };
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
