import { type Boxes, boxCount, iou } from '../boxes.js';
import type { TrainingPicture } from './examples.js';

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
