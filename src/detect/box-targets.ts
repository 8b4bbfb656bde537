import { type Boxes, COORDINATES } from './boxes.js';

/** Numbers of a correction: shift of the centre in widths and heights, logarithms of the growth. */
export const TARGETS = 4;

/** The largest factor by which a correction may change a side: beyond it lies nothing but a mistake. */
const LARGEST_GROWTH = 1000 / 16;

/** What makes of window `i` the box `j` (Girshick et al. 2014, appendix C): dx, dy, dw, dh. Both must have an area. */
export function boxTargets(windows: Boxes, i: number, truth: Boxes, j: number): [number, number, number, number] {
  const [px, py, pw, ph] = centred(windows, i);
  const [gx, gy, gw, gh] = centred(truth, j);
  return [(gx - px) / pw, (gy - py) / ph, Math.log(gw / pw), Math.log(gh / ph)];
}

/**
 * Windows after their corrections `[windows, 4]`. A correction that is not finite leaves its window as it is, and one beyond
 * reason is cut, so that every box stays a box.
 */
export function correctBoxes(windows: Boxes, corrections: ArrayLike<number>): Boxes {
  const corrected = windows.slice();
  for (let i = 0; i < windows.length / COORDINATES; i++) {
    const at = i * TARGETS;
    const own = [corrections[at]!, corrections[at + 1]!, corrections[at + 2]!, corrections[at + 3]!] as const;
    if (!own.every(Number.isFinite)) continue;
    const [dx, dy, dw, dh] = own;
    const [px, py, pw, ph] = centred(windows, i);
    const [x, y] = [px + dx * pw, py + dy * ph];
    const [halfWidth, halfHeight] = [(pw * growth(dw)) / 2, (ph * growth(dh)) / 2];
    corrected.set([x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], i * COORDINATES);
  }
  return corrected;
}

function growth(logarithm: number): number {
  return Math.min(Math.max(Math.exp(logarithm), 1 / LARGEST_GROWTH), LARGEST_GROWTH);
}

/** Centre, width and height. */
function centred(boxes: Boxes, i: number): [x: number, y: number, width: number, height: number] {
  const at = i * COORDINATES;
  const [x0, y0, x1, y1] = [boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!];
  return [(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0];
}
