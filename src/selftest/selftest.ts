/** Every op's cases on one device, against the float64 references. */
import type { Device } from '../runtime/device.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { SelftestOptions, SelftestResult } from './run-specs.js';

const NAMES: OptionNames<SelftestOptions> = { ops: true, onRow: true };

/**
 * Checks forward values and gradients of every op on `device`. Cases and references are loaded with the first call: pages
 * that never ask do not download them.
 * @throws SppgpuError for an op that does not exist; DeviceLostError when the device goes away.
 */
export async function runSelftest(device: Device, options: SelftestOptions = {}): Promise<SelftestResult> {
  checkOptions('runSelftest', options, NAMES);
  const later = await import('./run-specs.js');
  return later.runSelftest(device, options);
}
