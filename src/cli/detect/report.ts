import type { ImageDataset } from '../../data/dataset.js';
import type { PixelBox } from '../../data/objects.js';
import { breakdownOf } from '../../detect/evaluation/breakdown.js';
import { type Failure, type FailureKind, failuresOf } from '../../detect/evaluation/failures.js';
import { cropPicture } from '../../picture/crop.js';
import type { Picture } from '../../picture/picture.js';
import type { DetectedClass, DetectionReport, FailureGroup, FailureSample } from '../../report/detection-types.js';
import type { RunDetails } from '../../report/types.js';
import { FileError } from '../../runtime/errors.js';
import type { Judgement } from './judgement.js';

/** Pictures shown of each kind of failure. */
const SHOWN = 12;

const KINDS: readonly (readonly [kind: FailureKind, title: string, note: string])[] = [
  ['missed', 'Missed', 'Objects that no detection found, the largest first.'],
  ['class', 'Confused', 'Detections on an object of another class.'],
  [
    'place',
    'Badly placed',
    'Detections of the right class that overlap too little, or an object that was found already.',
  ],
  ['background', 'Background', 'Detections where nothing is annotated.'],
];

/** What the page of detections shows; pictures of the gallery are decoded here. */
export async function detectionReportData(
  { dataset, pictures, evaluation }: Judgement,
  about: { readonly kicker: string; readonly title: string; readonly run: RunDetails },
): Promise<DetectionReport> {
  const names = pictures.map((_, index) => dataset.entry(index).id);
  const failures = failuresOf(pictures, evaluation, names);
  const first = breakdownOf(pictures, evaluation, failures);
  const groups: FailureGroup[] = [];
  for (const [kind, title, note] of KINDS) {
    const own = failures.filter((failure) => failure.kind === kind);
    groups.push({ title, note, total: own.length, samples: await samplesOf(dataset, own) });
  }
  return {
    ...about,
    ...{ dataset: dataset.name, images: evaluation.images, map11: evaluation.map11, mapAll: evaluation.mapAll },
    perClass: evaluation.perClass.map(({ positives, curve, ...own }, c): DetectedClass => {
      const points = curve.map(({ hits, seen }) => ({ recall: hits / positives, precision: hits / seen }));
      return { ...own, label: dataset.classes[c]!, objects: positives, curve: points, first: first[c]! };
    }),
    failures: groups,
  };
}

/** The first failures of a list, at most one of a picture so that no single one fills the gallery. */
async function samplesOf(dataset: ImageDataset, failures: readonly Failure[]): Promise<FailureSample[]> {
  const samples: FailureSample[] = [];
  const seen = new Set<number>();
  for (const failure of failures) {
    if (samples.length === SHOWN) break;
    if (seen.has(failure.picture)) continue;
    seen.add(failure.picture);
    const item = await dataset.item(failure.picture).catch((error: unknown) => {
      if (error instanceof FileError) return null;
      throw error;
    });
    if (item) samples.push(sampleOf(failure, item.image, item.id, dataset.classes));
  }
  return samples;
}

function sampleOf(failure: Failure, image: Picture, name: string, classes: readonly string[]): FailureSample {
  const { detection, object, iou, kind } = failure;
  const boxes = [detection?.box, object?.box].filter((box) => box !== undefined);
  const part = surroundings(boxes, image);
  const moved = ({ x0, y0, x1, y1 }: PixelBox): PixelBox => {
    return { x0: x0 - part.x0, y0: y0 - part.y0, x1: x1 - part.x0, y1: y1 - part.y0 };
  };
  const what = detection && `${classes[detection.label]!} ${detection.score.toFixed(2)}`;
  const truth = object && classes[object.label]!;
  const overlap = `overlap ${iou.toFixed(2)}`;
  const captions: Readonly<Record<FailureKind, string>> = {
    missed: `${truth}`,
    class: `${what}, is ${truth}, ${overlap}`,
    place: `${what}, ${overlap}`,
    background: `${what}`,
  };
  return {
    image: cropPicture(image, part),
    ...(detection && { detection: moved(detection.box) }),
    ...(object && { object: moved(object.box) }),
    ...{ name, caption: captions[kind] },
  };
}

/** The boxes with as much again around them, in whole pixels inside the picture. */
function surroundings(boxes: readonly PixelBox[], { width, height }: Picture): PixelBox {
  const side = (low: number, high: number, most: number): [number, number] => {
    const around = Math.max(32, (high - low) / 2);
    const from = Math.min(Math.max(0, Math.floor(low - around)), most - 1);
    return [from, Math.max(from + 1, Math.min(most, Math.ceil(high + around)))];
  };
  const least = (edge: 'x0' | 'y0'): number => Math.min(...boxes.map((box) => box[edge]));
  const greatest = (edge: 'x1' | 'y1'): number => Math.max(...boxes.map((box) => box[edge]));
  const [x0, x1] = side(least('x0'), greatest('x1'), width);
  const [y0, y1] = side(least('y0'), greatest('y1'), height);
  return { x0, y0, x1, y1 };
}
