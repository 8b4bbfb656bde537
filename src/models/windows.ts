import type { PixelBox } from '../data/objects.js';
import type { MapGeometry } from './geometry.js';

/**
 * From windows of a picture to cells of its last map (fact: paper's appendix, in four published statements).
 * Pixels and cells count from 0 here; pixel i has its centre at coordinate i.
 */

/** Inclusive range of cells along one axis. */
export interface CellRange {
  readonly first: number;
  readonly last: number;
}

/** Cells of the pixels `first` .. `last` (coordinates of their centres, fractions allowed), before collapsing and clamping. */
export type Projection = (first: number, last: number) => CellRange;

/**
 * The journal version's rule for any net: the cells whose receptive-field centre lies strictly inside the window.
 * With the paper's floor(k/2) paddings (centre 0) it reads left = floor(x/S) + 1, right = ceil(x/S) - 1.
 */
export function insideProjection({ stride, centre }: MapGeometry): Projection {
  return (first, last) => ({
    first: Math.floor((first - centre) / stride) + 1,
    last: Math.ceil((last - centre) / stride) - 1,
  });
}

/** Constants of the released MATLAB code, which counts pixels from 1. */
export interface ReleasedConstants {
  /** 1-based pixel at the centre of the first cell's receptive field: 21 for the released ZF-5. */
  readonly offset0: number;
  /** Pixels by which the window shrinks on each side before rounding to the nearest cell. */
  readonly offset: number;
  readonly step: number;
}

/** What the released constants are for any net: 21, 6.5, 16 come out for the released ZF-5. */
export function releasedConstants({ stride, centre }: MapGeometry): ReleasedConstants {
  return { offset0: centre + 1, offset: 6.5, step: stride };
}

/** The rule of the released code: shrink the window by `offset`, then take the nearest cells. */
export function releasedProjection({ offset0, offset, step }: ReleasedConstants): Projection {
  return (first, last) => ({
    first: Math.floor((first + 1 - offset0 + offset) / step + 0.5),
    last: Math.ceil((last + 1 - offset0 - offset) / step - 0.5),
  });
}

/** The rule of the second preprint for its ZF-5 (receptive field 139, stride 16); its right edge is 2 px stricter than the code's. */
export const preprintProjection: Projection = (first, last) => ({
  first: Math.floor((first + 1 - 139 / 2 + 63) / 16),
  last: Math.ceil((last + 1 + 139 / 2 - 75) / 16) - 2,
});

/**
 * Projects and makes the range usable as the released code does: a window too small to hold a cell collapses to the one
 * between its edges, and everything is clamped into the map. Never empty.
 */
export function projectAxis(projection: Projection, first: number, last: number, cells: number): CellRange {
  let range = projection(first, last);
  if (range.first > range.last) {
    const middle = Math.floor((range.first + range.last) / 2);
    range = { first: middle, last: middle };
  }
  const clamp = (cell: number): number => Math.min(Math.max(cell, 0), cells - 1);
  return { first: clamp(range.first), last: clamp(range.last) };
}

/** Cells of one window, half-open, in the order that `spatialPyramidPool` takes behind the image index. */
export function projectWindow(
  projection: Projection,
  window: PixelBox,
  map: { readonly height: number; readonly width: number },
): [y0: number, x0: number, y1: number, x1: number] {
  const rows = projectAxis(projection, window.y0, window.y1 - 1, map.height);
  const columns = projectAxis(projection, window.x0, window.x1 - 1, map.width);
  return [rows.first, columns.first, rows.last + 1, columns.last + 1];
}

/**
 * A 0-based coordinate of the original picture on the picture whose shorter side was resized to `scale`, as the released
 * code places it: first and last pixel keep their places.
 */
export function scaleCoordinate(coordinate: number, scale: number, shorterSide: number): number {
  return coordinate * (shorterSide > 1 ? (scale - 1) / (shorterSide - 1) : scale);
}
