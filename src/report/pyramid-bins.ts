/** The pyramid's windows over a map, for drawing (He et al. 2015, appendix: floor on the near edge, ceil on the far one). */
import type { FeatureMap } from './types.js';

/** One bin: its half-open window in cells, the cell of its largest value (the first in row order), and that value. */
export interface Bin {
  row: number;
  column: number;
  y0: number;
  y1: number;
  x0: number;
  x1: number;
  maxY: number;
  maxX: number;
  value: number;
}

/** Window `i` of `bins` over `size` cells. */
export function binRange(i: number, bins: number, size: number): [start: number, end: number] {
  return [Math.floor((i * size) / bins), Math.ceil(((i + 1) * size) / bins)];
}

/** All bins of an `bins` x `bins` level, row by row. An empty map has none. NaN wins, as in the op. */
export function levelBins(map: FeatureMap, bins: number): Bin[] {
  if (!(map.width > 0 && map.height > 0)) return [];
  const found: Bin[] = [];
  for (let row = 0; row < bins; row++) {
    const [y0, y1] = binRange(row, bins, map.height);
    for (let column = 0; column < bins; column++) {
      const [x0, x1] = binRange(column, bins, map.width);
      found.push({ row, column, y0, y1, x0, x1, ...largest(map, y0, y1, x0, x1) });
    }
  }
  return found;
}

function largest(map: FeatureMap, y0: number, y1: number, x0: number, x1: number) {
  let [maxY, maxX, value] = [y0, x0, map.values[y0 * map.width + x0] ?? Number.NaN];
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const next = map.values[y * map.width + x] ?? Number.NaN;
      if (!Number.isNaN(value) && (next > value || Number.isNaN(next))) [maxY, maxX, value] = [y, x, next];
    }
  }
  return { maxY, maxX, value };
}

/** Smallest and largest finite value of a map; `[0, 1]` where there is none. Post-ReLU maps start at 0. */
export function mapRange(map: FeatureMap): [low: number, high: number] {
  let [low, high] = [0, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < map.values.length; i++) {
    const value = map.values[i]!;
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? [low, high] : [0, 1];
}
