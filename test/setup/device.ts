import type { Device } from '../../src/runtime/device.js';
import type { DeviceOptions } from '../../src/runtime/request-device.js';

let shared: Promise<Device> | undefined;

/**
 * The device that the tests of one file share. It must not be disposed.
 * Rejects, and so fails the test, where there is no adapter: never a skip.
 */
export function testDevice(): Promise<Device> {
  shared ??= openTestDevice();
  return shared;
}

/**
 * A device of one's own, to be disposed: Dawn in Node, `navigator.gpu` in a browser. No adapter is a failure.
 * `SPPGPU_TEST_ADAPTER` (`swiftshader`, `llvmpipe`, ...) picks another adapter than the system's first, in Node.
 */
export async function openTestDevice(options: DeviceOptions = {}): Promise<Device> {
  const { createDevice } =
    typeof window === 'undefined'
      ? await import('../../src/runtime/create-device.node.js')
      : await import('../../src/runtime/create-device.browser.js');
  return createDevice({ ...options, adapter: globalThis.process?.env.SPPGPU_TEST_ADAPTER ?? 'auto' });
}
