import type { Device } from '../../runtime/device.js';

/**
 * How long rows are worked on: by one invocation each, or by a workgroup each. `auto` takes invocations on CPU adapters,
 * where barriers are ruinous, and for short rows.
 */
export type RowAlgorithm = 'auto' | 'invocation' | 'workgroup';

/** Below this length most of a workgroup would have nothing to do. */
const LONG_ROW = 256;

/** True for a workgroup a row. */
export function workgroupRows(device: Device, length: number, algorithm: RowAlgorithm = 'auto'): boolean {
  return algorithm === 'auto' ? !device.info.software && length >= LONG_ROW : algorithm === 'workgroup';
}
