import type { ImageObject } from '../../data/objects.js';
import type { Picture } from '../../picture/picture.js';
import { type Boxes, boxArea, boxesOf, clipBoxes } from '../boxes.js';

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
