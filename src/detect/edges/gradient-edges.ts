import { CHANNELS, type Picture } from '../../picture/picture.js';
import type { EdgeMap } from './edge-map.js';
import { triangleFilter } from './triangle-filter.js';

/** Radii that the picture is smoothed with before its gradients are taken. */
const RADII = [1, 2, 4];
/** Radius over which gradients are compared with those around them. */
const AROUND = 12;
/** Gradient, in grey levels per pixel, that counts as half an edge where nothing else is around it. */
const HALF = 6;
/** What texture reaches: edges are counted from here on. */
const FLOOR = 0.2;

/**
 * Edges without training: gradients of the smoothed colours (the steepest of red, green and blue), each over itself plus those
 * around it, so that faint outlines on even ground count and texture does not; the mean over the scales, less what texture
 * reaches, squared: about as rare as boundaries are.
 */
export function gradientEdges({ width, height, data }: Picture): EdgeMap {
  const size = width * height;
  const planes = Array.from({ length: CHANNELS }, (_, channel) => planeOf(data, channel, size));
  const mean = new Float32Array(size);
  for (const radius of RADII) {
    const magnitude = new Float32Array(size);
    for (const plane of planes) steepest(triangleFilter(plane, width, height, radius), width, height, magnitude);
    const around = triangleFilter(magnitude, width, height, AROUND);
    for (let i = 0; i < size; i++) mean[i]! += magnitude[i]! / (magnitude[i]! + around[i]! + HALF);
  }
  const strength = new Float32Array(size);
  for (let i = 0; i < size; i++) strength[i] = Math.max(0, (mean[i]! / RADII.length - FLOOR) / (1 - FLOOR)) ** 2;
  return { width, height, strength };
}

function planeOf(data: Uint8Array, channel: number, size: number): Float32Array {
  const plane = new Float32Array(size);
  for (let i = 0; i < size; i++) plane[i] = data[i * CHANNELS + channel]!;
  return plane;
}

/** Raises each number to the length of the plane's gradient there: central differences, one-sided at the border. */
function steepest(plane: Float32Array, width: number, height: number, magnitude: Float32Array): void {
  for (let y = 0, i = 0; y < height; y++) {
    const above = y > 0 ? width : 0;
    const below = y < height - 1 ? width : 0;
    const rows = above > 0 && below > 0 ? 0.5 : 1;
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? 1 : 0;
      const right = x < width - 1 ? 1 : 0;
      const dx = (plane[i + right]! - plane[i - left]!) * (left + right === 2 ? 0.5 : 1);
      const dy = (plane[i + below]! - plane[i - above]!) * rows;
      const length = Math.sqrt(dx * dx + dy * dy);
      if (length > magnitude[i]!) magnitude[i] = length;
    }
  }
}
