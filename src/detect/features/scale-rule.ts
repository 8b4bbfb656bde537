import type { Architecture } from '../../models/architecture.js';
import { mapGeometry, mapSize } from '../../models/geometry.js';
import { type Boxes, boxArea, boxCount } from '../boxes.js';

/**
 * How the scale of a window is chosen. `paper`: its pixel count on the resized picture is nearest to that of the net's input
 * (224 x 224); `released`: the code's rule; `all`: every scale, of which each feature takes its maximum (the paper's comparison,
 * found worse).
 */
export const SCALE_RULES = ['paper', 'released', 'all'] as const;
export type ScaleRule = (typeof SCALE_RULES)[number];

/**
 * Side of a window in pixels that the released code aims at: cells of the map of the net's own input times the stride, 13 * 16
 * = 208 for the ZF-5 and 18 * 12 = 216 for OverFeat.
 */
export function releasedReference({ features, input }: Architecture): number {
  return mapSize(features, input.size) * mapGeometry(features).stride;
}

/**
 * The place in `scales` for each window of a picture; of equally good ones the first.
 * @param scales shorter sides in pixels
 */
export function chooseScales(
  boxes: Boxes,
  { width, height }: { readonly width: number; readonly height: number },
  scales: readonly number[],
  rule: Exclude<ScaleRule, 'all'>,
  architecture: Architecture,
): Uint8Array {
  const shorter = Math.min(width, height);
  const side = rule === 'paper' ? architecture.input.size : releasedReference(architecture);
  return Uint8Array.from({ length: boxCount(boxes) }, (_, index) => {
    const area = boxArea(boxes, index);
    if (rule === 'paper') return nearest(scales, (scale) => Math.abs(area * (scale / shorter) ** 2 - side * side));
    const expected = Math.round((side * shorter) / Math.sqrt(area));
    return nearest(scales, (scale) => Math.abs(scale - expected));
  });
}

/** The place of the smallest distance; an empty window, whose distances are all alike, gets the first. */
function nearest(scales: readonly number[], distance: (scale: number) => number): number {
  let best = 0;
  for (let index = 1; index < scales.length; index++) {
    if (distance(scales[index]!) < distance(scales[best]!)) best = index;
  }
  return best;
}
