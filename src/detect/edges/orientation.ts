import type { EdgeMap } from './edge-map.js';
import { triangleFilter } from './triangle-filter.js';

/** Pixels that are smoothed over: an orientation is one of the edge, not of its noise. */
const RADIUS = 4;

/**
 * The direction of each pixel's edge normal, 0 to pi: 0 where the edge runs up and down, growing as the normal turns from +x to
 * +y. It is the direction in which the smoothed map bends most, an eigenvector of its second derivatives; the published code
 * takes the arc tangent of their quotient, which is up to 12 degrees off between the axes and the diagonals.
 */
export function edgeOrientation({ width, height, strength }: EdgeMap): Float32Array {
  const smooth = triangleFilter(strength, width, height, RADIUS);
  const dx = derivative(smooth, width, height, 'x');
  const dy = derivative(smooth, width, height, 'y');
  const dxx = derivative(dx, width, height, 'x');
  const dyy = derivative(dy, width, height, 'y');
  const dxy = derivative(dy, width, height, 'x');
  const orientation = new Float32Array(strength.length);
  for (let i = 0; i < orientation.length; i++) {
    // Down on the edge itself, up where it has run out.
    const bend = dxx[i]! + dyy[i]! > 0 ? -1 : 1;
    const angle = Math.atan2(-2 * bend * dxy[i]!, bend * (dyy[i]! - dxx[i]!)) / 2;
    orientation[i] = angle < 0 ? angle + Math.PI : angle;
  }
  return orientation;
}

/** Central differences; one-sided at the border, 0 where there is one cell only. */
function derivative(plane: Float32Array, width: number, height: number, axis: 'x' | 'y'): Float32Array {
  const step = axis === 'x' ? 1 : width;
  const last = (axis === 'x' ? width : height) - 1;
  const result = new Float32Array(plane.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = axis === 'x' ? x : y;
      const before = at > 0 ? i - step : i;
      const after = at < last ? i + step : i;
      if (after !== before) result[i] = ((plane[after]! - plane[before]!) * step) / (after - before);
    }
  }
  return result;
}
