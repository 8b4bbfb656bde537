/** The device that op tests run on: Dawn in Node, `navigator.gpu` in a browser. No adapter is a failure, never a skip. */
import type { Device } from '../../src/runtime/device.js';

export async function openTestDevice(): Promise<Device> {
  const { createDevice } =
    typeof window === 'undefined'
      ? await import('../../src/runtime/create-device.node.js')
      : await import('../../src/runtime/create-device.browser.js');
  return createDevice();
}
