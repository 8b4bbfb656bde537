import { MemoryError } from './errors.js';

/** Workgroup counts along x, y and z. */
export type Workgroups = readonly [number, number, number];

/**
 * Folds `groups` workgroups into a dispatch grid that stays under the per-dimension limit (65,535 by default).
 * A shader recovers its flat index with `flat_index` of `shaders/common/grid.wgsl`, and must drop the surplus
 * itself (`index >= count`).
 */
export function foldGrid(groups: number, maxPerDimension = 65535): Workgroups {
  if (groups <= maxPerDimension) return [groups, 1, 1];
  const rows = Math.ceil(groups / maxPerDimension);
  if (rows <= maxPerDimension) return [Math.ceil(groups / rows), rows, 1];
  const layers = Math.ceil(groups / (maxPerDimension * maxPerDimension));
  if (layers > maxPerDimension) {
    throw new MemoryError(`dispatch of ${groups} workgroups exceeds the device's grid; split the work`);
  }
  const perLayer = Math.ceil(groups / layers);
  const y = Math.ceil(perLayer / maxPerDimension);
  return [Math.ceil(perLayer / y), y, layers];
}
