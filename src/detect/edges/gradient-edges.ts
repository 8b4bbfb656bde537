import { CHANNELS, type Picture } from '../../picture/picture.js';
import type { EdgeMap } from './edge-map.js';
import { triangleFilter } from './triangle-filter.js';

/** Radii that the picture is smoothed with before its gradients are taken. */
const RADII = [1, 2, 4];
/** Radius over which gradients are compared with those around them. */
const AROUND = 12;
/** Gradient, in grey levels per pixel, that counts as half an edge where nothing else is around it. */
const HALF = 6;

/**
 * Edges without training: gradients of the smoothed colours (the steepest of red, green and blue), each over itself plus those
 * around it, so that faint outlines on even ground count and texture does not, then the mean over the scales.
 */
export function gradientEdges({ width, height, data }: Picture): EdgeMap {
  const strength = new Float32Array(width * height);
  for (const radius of RADII) {
    const magnitude = new Float32Array(width * height);
    for (let c = 0; c < CHANNELS; c++) {
      const plane = Float32Array.from(magnitude, (_, i) => data[i * CHANNELS + c]!);
      steepest(triangleFilter(plane, width, height, radius), width, height, magnitude);
    }
    const around = triangleFilter(magnitude, width, height, AROUND);
    for (let i = 0; i < strength.length; i++) {
      strength[i]! += magnitude[i]! / (magnitude[i]! + around[i]! + HALF) / RADII.length;
    }
  }
  return { width, height, strength };
}

/** Raises each number to the length of the plane's gradient there. */
function steepest(plane: Float32Array, width: number, height: number, magnitude: Float32Array): void {
  for (let y = 0, i = 0; y < height; y++) {
    const above = y > 0 ? width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? 1 : 0;
      const right = x < width - 1 ? 1 : 0;
      const dx = (plane[i + right]! - plane[i - left]!) / Math.max(1, left + right);
      const dy = (plane[i + below]! - plane[i - above]!) / Math.max(1, Number(above > 0) + Number(below > 0));
      const length = Math.sqrt(dx * dx + dy * dy);
      if (length > magnitude[i]!) magnitude[i] = length;
    }
  }
}
