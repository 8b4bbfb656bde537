import { findAdapter } from './adapter.browser.js';
import type { AdapterChoice } from './adapter.js';
import { Device } from './device.js';
import { checkOptions } from './options.js';
import { DEVICE_NAMES, type DeviceOptions } from './request-device.js';

/** Opens a device in a browser page or worker. `adapter` is `auto` (default), `hardware`, `software` or a part of a name. */
export async function createDevice(options: DeviceOptions & { adapter?: AdapterChoice } = {}): Promise<Device> {
  checkOptions('createDevice', options, { ...DEVICE_NAMES, adapter: true });
  return Device.open(await findAdapter(options.adapter), options);
}
