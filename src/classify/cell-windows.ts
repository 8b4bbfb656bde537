import { type Projection, projectWindow } from '../models/windows.js';
import type { ViewPass } from './views.js';

/**
 * The windows of a pass as rows (image, y0, x0, y1, x1) of half-open cells for `spatialPyramidPool`. A window over the
 * whole image takes the whole map, others the cells that the projection gives.
 * @param map size of the last map of this pass
 * @param image index of the pass's image in the batch
 */
export function cellWindows(
  pass: ViewPass,
  projection: Projection,
  map: { readonly height: number; readonly width: number },
  image = 0,
): Int32Array {
  const rows = new Int32Array(pass.windows.length * 5);
  pass.windows.forEach((window, index) => {
    const whole = window.x1 - window.x0 === pass.width && window.y1 - window.y0 === pass.height;
    const cells = whole ? [0, 0, map.height, map.width] : projectWindow(projection, window, map);
    rows.set([image, ...cells], index * 5);
  });
  return rows;
}
