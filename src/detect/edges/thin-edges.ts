import type { EdgeMap } from './edge-map.js';

export interface ThinOptions {
  /** Pixels along the normal, to both sides, of which the strongest stays. Default 2. */
  readonly radius?: number;
  /** Pixels at the picture's border over which edges fade out: nets see edges there that are none. Default 0. */
  readonly border?: number;
}

/**
 * Non-maximum suppression along the normal: the strength of a pixel, or 0 where the interpolated map is stronger on its normal
 * nearby. What is left is about one pixel wide.
 * @param orientation of the normals, see `edgeOrientation`
 */
export function thinEdges(
  { width, height, strength }: EdgeMap,
  orientation: Float32Array,
  { radius = 2, border = 0 }: ThinOptions = {},
): EdgeMap {
  const thin = new Float32Array(strength.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const own = strength[i]!;
      // Written so that NaN, too, is not an edge.
      if (!(own > 0)) continue;
      const cos = Math.cos(orientation[i]!);
      const sin = Math.sin(orientation[i]!);
      let strongest = true;
      for (let d = -radius; d <= radius && strongest; d++) {
        if (d !== 0) strongest = !(interpolated(strength, width, height, x + d * cos, y + d * sin) > own);
      }
      if (strongest) thin[i] = own * faded(x, y, width, height, border);
    }
  }
  return { width, height, strength: thin };
}

/** 1 from `border` pixels inside the picture on, falling to 0 at its edge. */
function faded(x: number, y: number, width: number, height: number, border: number): number {
  const inside = Math.min(x, y, width - 1 - x, height - 1 - y);
  return inside >= border ? 1 : inside / border;
}

function interpolated(plane: Float32Array, width: number, height: number, x: number, y: number): number {
  const u = Math.min(Math.max(x, 0), width - 1);
  const v = Math.min(Math.max(y, 0), height - 1);
  const left = Math.min(Math.floor(u), Math.max(0, width - 2));
  const top = Math.min(Math.floor(v), Math.max(0, height - 2));
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const a = u - left;
  const b = v - top;
  const above = plane[top * width + left]! * (1 - a) + plane[top * width + right]! * a;
  const below = plane[bottom * width + left]! * (1 - a) + plane[bottom * width + right]! * a;
  return above * (1 - b) + below * b;
}
