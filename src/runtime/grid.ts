import { MemoryError } from './errors.js';

/** Workgroup counts along x, y and z. */
export type Workgroups = readonly [number, number, number];

/**
 * Folds `count` invocations into a dispatch grid that stays under the per-dimension limit (65,535 by default).
 * A shader recovers its flat index with `flat_index` of `shaders/common/grid.wgsl`, and must drop the surplus
 * invocations itself (`index >= count`).
 */
export function gridFor(count: number, workgroupSize: number, maxPerDimension = 65535): Workgroups {
  const groups = Math.ceil(count / workgroupSize);
  if (groups <= maxPerDimension) return [groups, 1, 1];
  const rows = Math.ceil(groups / maxPerDimension);
  if (rows <= maxPerDimension) return [Math.ceil(groups / rows), rows, 1];
  const layers = Math.ceil(groups / (maxPerDimension * maxPerDimension));
  if (layers > maxPerDimension) {
    throw new MemoryError(`dispatch of ${count} invocations exceeds the device's grid; split the work`);
  }
  const perLayer = Math.ceil(groups / layers);
  const y = Math.ceil(perLayer / maxPerDimension);
  return [Math.ceil(perLayer / y), y, layers];
}
