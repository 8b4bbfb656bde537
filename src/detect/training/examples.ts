import type { ImageObject } from '../../data/objects.js';
import type { Picture } from '../../picture/picture.js';
import { type Boxes, boxArea, boxCount, boxesOf, clipBoxes, iou } from '../boxes.js';

/** One picture to train from: what is in it, and windows that may hold something. */
export interface TrainingPicture {
  /** For messages and for what is kept of the picture. */
  readonly id: string;
  readonly picture: Picture;
  /** Boxes of objects, cut to the picture; none is empty. */
  readonly truth: Boxes;
  /** The class of each of them. */
  readonly labels: Int32Array;
  /** Windows, cut to the picture; none is empty. */
  readonly proposals: Boxes;
}

/** Pictures to train from, one at a time, so that memory does not grow with their number. */
export interface TrainingSet {
  readonly classes: readonly string[];
  readonly length: number;
  /** Null for one that cannot be used; why has been said then. */
  at(index: number): Promise<TrainingPicture | null>;
}

/** Boxes and classes of annotated objects, cut to the picture; what is empty then, or of no known class, is left out. */
export function truthOf(
  objects: readonly ImageObject[],
  { width, height }: Pick<Picture, 'width' | 'height'>,
  classes: number,
): Pick<TrainingPicture, 'truth' | 'labels'> {
  const all = clipBoxes(boxesOf(objects.map(({ box }) => box)), width, height);
  const usable = objects.flatMap(({ label }, i) => (boxArea(all, i) > 0 && label >= 0 && label < classes ? [i] : []));
  const labels = Int32Array.from(usable, (i) => objects[i]!.label);
  return {
    truth: boxesOf(
      usable.map((i) => ({ x0: all[i * 4]!, y0: all[i * 4 + 1]!, x1: all[i * 4 + 2]!, y1: all[i * 4 + 3]! })),
    ),
    labels,
  };
}

/** How far windows overlap the objects of a picture. */
export interface Overlaps {
  /** Highest IoU of each window with an object of each class, `[windows, classes]`; 0 where there is none. */
  readonly byClass: Float32Array;
  /** The object that each window overlaps most, of any class; -1 where it overlaps none. */
  readonly best: Int32Array;
  /** IoU with that object. */
  readonly bestIou: Float32Array;
}

export function overlapsOf(
  windows: Boxes,
  { truth, labels }: Pick<TrainingPicture, 'truth' | 'labels'>,
  classes: number,
): Overlaps {
  const count = boxCount(windows);
  const byClass = new Float32Array(count * classes);
  const best = new Int32Array(count).fill(-1);
  const bestIou = new Float32Array(count);
  for (let window = 0; window < count; window++) {
    for (let object = 0; object < labels.length; object++) {
      const shared = iou(windows, window, truth, object);
      const at = window * classes + labels[object]!;
      if (shared > byClass[at]!) byClass[at] = shared;
      if (shared > bestIou[window]!) {
        bestIou[window] = shared;
        best[window] = object;
      }
    }
  }
  return { byClass, best, bestIou };
}
