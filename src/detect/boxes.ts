import type { PixelBox } from '../data/objects.js';

/**
 * Any number of boxes, four numbers each: x0, y0, x1, y1, half-open pixels of the upright picture counted from 0, so that a
 * width is x1 - x0. (VOC's files count from 1 and include the last pixel; widths are the same.)
 */
export type Boxes = Float32Array;

export const COORDINATES = 4;

export function boxCount(boxes: Boxes): number {
  return boxes.length / COORDINATES;
}

export function boxAt(boxes: Boxes, index: number): PixelBox {
  const at = index * COORDINATES;
  return { x0: boxes[at]!, y0: boxes[at + 1]!, x1: boxes[at + 2]!, y1: boxes[at + 3]! };
}

export function boxesOf(list: readonly PixelBox[]): Boxes {
  const boxes = new Float32Array(list.length * COORDINATES);
  for (const [index, { x0, y0, x1, y1 }] of list.entries()) boxes.set([x0, y0, x1, y1], index * COORDINATES);
  return boxes;
}

/** The boxes at these places, in this order. */
export function takeBoxes(boxes: Boxes, indices: ArrayLike<number>): Boxes {
  const taken = new Float32Array(indices.length * COORDINATES);
  for (let row = 0; row < indices.length; row++) {
    const at = indices[row]! * COORDINATES;
    taken.set(boxes.subarray(at, at + COORDINATES), row * COORDINATES);
  }
  return taken;
}

/** Square pixels; an inverted box has none. */
export function boxArea(boxes: Boxes, index: number): number {
  const at = index * COORDINATES;
  return Math.max(0, boxes[at + 2]! - boxes[at]!) * Math.max(0, boxes[at + 3]! - boxes[at + 1]!);
}

/** Intersection over union of two boxes, 0 to 1; 0 where both are empty. */
export function iou(a: Boxes, i: number, b: Boxes, j: number): number {
  const p = i * COORDINATES;
  const q = j * COORDINATES;
  const width = Math.min(a[p + 2]!, b[q + 2]!) - Math.max(a[p]!, b[q]!);
  const height = Math.min(a[p + 3]!, b[q + 3]!) - Math.max(a[p + 1]!, b[q + 1]!);
  if (!(width > 0 && height > 0)) return 0;
  const shared = width * height;
  return shared / (boxArea(a, i) + boxArea(b, j) - shared);
}

/** The boxes cut to a picture of this size; one that lies outside becomes empty. */
export function clipBoxes(boxes: Boxes, width: number, height: number): Boxes {
  return boxes.map((value, at) => Math.min(Math.max(value, 0), at % 2 === 0 ? width : height));
}

/** The boxes on the picture mirrored left to right. */
export function mirrorBoxes(boxes: Boxes, width: number): Boxes {
  const mirrored = boxes.slice();
  for (let at = 0; at < boxes.length; at += COORDINATES) {
    mirrored[at] = width - boxes[at + 2]!;
    mirrored[at + 2] = width - boxes[at]!;
  }
  return mirrored;
}
