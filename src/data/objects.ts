/**
 * A rectangle of pixels of the upright picture, half-open and counted from 0: columns x0 up to x1, rows y0 up to y1. Its width
 * is x1 - x0. Annotations may have fractions.
 */
export interface PixelBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** One labelled thing in a picture. */
export interface ImageObject {
  /** Class index. */
  readonly label: number;
  /** As it was annotated: it may reach out of the picture, or be empty. */
  readonly box: PixelBox;
  /** VOC: neither finding nor missing it counts. */
  readonly difficult: boolean;
  /** VOC: the box does not hold all of the thing. */
  readonly truncated: boolean;
}

/** Which classes are in a picture by the rule of VOC: 1 present, 0 present but only as difficult objects, -1 absent. */
export function presenceOf(objects: readonly Pick<ImageObject, 'label' | 'difficult'>[], classes: number): number[] {
  const labels = new Array<number>(classes).fill(-1);
  for (const { label, difficult } of objects) labels[label] = Math.max(labels[label]!, difficult ? 0 : 1);
  return labels;
}
