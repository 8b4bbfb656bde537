import type { AdapterChoice } from './adapter.js';
import { findAdapter } from './adapter.node.js';
import { Device } from './device.js';
import { destroyAtExit } from './exit.node.js';
import { checkOptions } from './options.js';
import { DEVICE_NAMES, type DeviceOptions } from './request-device.js';

/** Opens a device in Node. `adapter` is `auto` (default), `hardware`, `software` or a part of an adapter's name. */
export async function createDevice(options: DeviceOptions & { adapter?: AdapterChoice } = {}): Promise<Device> {
  checkOptions('createDevice', options, { ...DEVICE_NAMES, adapter: true });
  const device = await Device.open(await findAdapter(options.adapter), options);
  destroyAtExit(device.gpu);
  return device;
}
