import type { View } from '../picture/view.js';
import type { Rng } from '../tensor/rng.js';

/**
 * A square training view of a cropped digit, shifted a little. Half of the views keep its shape, with more of the border beside it
 * repeated; the others stretch it towards a square: windows of maps keep the shape of things, bins of a pyramid do not.
 */
export function cropView(rng: Rng, width: number, height: number, size: number): View {
  const longer = Math.max(width, height);
  const squareness = rng.uniform() < 0.5 ? 1 : rng.uniform();
  const side = (length: number): number => length ** (1 - squareness) * longer ** squareness * rng.uniform(0.92, 1.12);
  const [across, down] = [side(width), side(height)];
  const x0 = (width - across) * rng.uniform(0.2, 0.8);
  const y0 = (height - down) * rng.uniform(0.2, 0.8);
  return { sourceBox: [x0, y0, x0 + across, y0 + down], outSize: [size, size] };
}
