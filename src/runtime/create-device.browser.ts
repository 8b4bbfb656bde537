import { findAdapter } from './adapter.browser.js';
import type { AdapterChoice } from './adapter.js';
import { Device, type DeviceOptions } from './device.js';

/** Opens a device in a browser page or worker. `adapter` is `auto` (default), `hardware`, `software` or a part of a name. */
export async function createDevice(options: DeviceOptions & { adapter?: AdapterChoice } = {}): Promise<Device> {
  return Device.open(await findAdapter(options.adapter), options);
}
