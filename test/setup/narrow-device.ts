/** A device whose bindings are so small that ordinary tensors must be cut into pieces. */
import type { Device } from '../../src/runtime/device.js';

export async function openNarrowDevice(maxBindingBytes: number): Promise<Device> {
  const { createDevice } =
    typeof window === 'undefined'
      ? await import('../../src/runtime/create-device.node.js')
      : await import('../../src/runtime/create-device.browser.js');
  return createDevice({ maxBindingBytes });
}
