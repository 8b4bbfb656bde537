import type { AdapterChoice } from './adapter.js';
import { findAdapter } from './adapter.node.js';
import { Device } from './device.js';
import { destroyAtExit } from './exit.node.js';
import { checkOptions } from './options.js';
import { DEVICE_NAMES, type DeviceOptions } from './request-device.js';
import { loadTuning } from './tuning-file.node.js';

/**
 * Opens a device in Node. `adapter` is `auto` (default), `hardware`, `software` or a part of an adapter's name. The environment
 * variable SPPGPU_TUNING names the file of a tuning table where `tuning` is not given.
 */
export async function createDevice(options: DeviceOptions & { adapter?: AdapterChoice } = {}): Promise<Device> {
  checkOptions('createDevice', options, { ...DEVICE_NAMES, adapter: true });
  const { SPPGPU_TUNING: path } = process.env;
  const tuning = options.tuning ?? (path ? await loadTuning(path) : undefined);
  const device = await Device.open(await findAdapter(options.adapter), { ...options, ...(tuning && { tuning }) });
  destroyAtExit(device.gpu);
  return device;
}
