import { resizedSize } from '../../data/augment.js';
import type { Architecture } from '../../models/architecture.js';
import { mapSize, squareGeometry } from '../../models/geometry.js';
import {
  insideProjection,
  type Projection,
  projectWindow,
  releasedConstants,
  releasedProjection,
  scaleCoordinate,
} from '../../models/windows.js';
import { type Boxes, boxAt } from '../boxes.js';

/** Which statement of the paper's projection is used: the journal's, or the one that the released code has. */
export const PROJECTIONS = ['inside', 'released'] as const;
export type ProjectionName = (typeof PROJECTIONS)[number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The projection of that name for a net, by its geometry. */
export function projectionOf(name: ProjectionName, { features }: Architecture): Projection {
  const geometry = squareGeometry(features);
  return name === 'inside' ? insideProjection(geometry) : releasedProjection(releasedConstants(geometry));
}

/** Size of the last map of a picture whose shorter side is resized to `scale` pixels. */
export function mapOf({ features }: Architecture, { width, height }: Size, scale: number): Size {
  const [across, down] = resizedSize(width, height, scale);
  return { width: mapSize(features, across, 1), height: mapSize(features, down, 0) };
}

/**
 * Windows of a picture as cells of its map at one scale: rows (0, y0, x0, y1, x1), half-open, for `spatialPyramidPool`. No
 * window is empty: one that holds no cell gets the nearest.
 * @param rows which of the boxes
 */
export function cellsOf(
  boxes: Boxes,
  rows: ArrayLike<number>,
  picture: Size,
  scale: number,
  projection: Projection,
  map: Size,
): Int32Array {
  const [across, down] = resizedSize(picture.width, picture.height, scale);
  const shorter = Math.min(picture.width, picture.height);
  // One factor for both axes, as in the released code; only a picture beyond the longest aspect ratio is squeezed.
  const squeeze = (resized: number, side: number): number => {
    const exact = (side * scale) / shorter;
    return Math.round(exact) > resized ? resized / exact : 1;
  };
  const [sx, sy] = [squeeze(across, picture.width), squeeze(down, picture.height)];
  const onScale = (coordinate: number): number => scaleCoordinate(coordinate, scale, shorter);
  const cells = new Int32Array(rows.length * 5);
  for (let row = 0; row < rows.length; row++) {
    const { x0, y0, x1, y1 } = boxAt(boxes, rows[row]!);
    const window = {
      x0: onScale(x0) * sx,
      y0: onScale(y0) * sy,
      x1: onScale(x1 - 1) * sx + 1,
      y1: onScale(y1 - 1) * sy + 1,
    };
    cells.set(projectWindow(projection, window, map), row * 5 + 1);
  }
  return cells;
}
