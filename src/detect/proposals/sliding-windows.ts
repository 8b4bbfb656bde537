import type { PixelBox } from '../../data/objects.js';
import { checkOptions, type OptionNames } from '../../runtime/options.js';
import { type Boxes, boxesOf } from '../boxes.js';

export interface SlidingWindowOptions {
  /** Sides of windows as shares of the picture's shorter side; of an aspect ratio that is not 1, the root of the area. */
  readonly sizes?: readonly number[];
  /** Widths over heights. */
  readonly aspects?: readonly number[];
  /** Step as a share of a window's own sides. */
  readonly step?: number;
}

const NAMES: OptionNames<SlidingWindowOptions> = { sizes: true, aspects: true, step: true };

/**
 * Windows of fixed sizes and shapes on a grid, whatever the picture shows: where no better proposals are at hand, and for
 * scenes whose things may be anywhere. Some 600 of a 4:3 picture by default, the largest first.
 */
export function slidingWindows(
  { width, height }: { readonly width: number; readonly height: number },
  options: SlidingWindowOptions = {},
): Boxes {
  checkOptions('slidingWindows', options, NAMES);
  const { sizes = [1, 0.7, 0.5, 0.35, 0.25], aspects = [0.5, 0.7, 1, 1.4, 2], step = 1 / 3 } = options;
  const boxes: PixelBox[] = [];
  for (const size of [...sizes].sort((a, b) => b - a)) {
    for (const aspect of aspects) {
      const side = size * Math.min(width, height);
      const across = Math.min(width, side * Math.sqrt(aspect));
      const down = Math.min(height, side / Math.sqrt(aspect));
      for (const y0 of places(height, down, step)) {
        for (const x0 of places(width, across, step)) boxes.push({ x0, y0, x1: x0 + across, y1: y0 + down });
      }
    }
  }
  return boxesOf(boxes);
}

/** Evenly spread starts, both ends included. */
function places(length: number, window: number, step: number): number[] {
  const room = length - window;
  const count = Math.max(1, Math.ceil(room / (window * step)) + 1);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : (room * i) / (count - 1)));
}
