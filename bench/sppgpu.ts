/** sppgpu as a runner of the comparison: the command line's own, with a device of its own. */
import { useDevice } from '../src/bench/runner.js';
import { createDevice } from '../src/node.js';

export { kinds } from '../src/bench/runner.js';
export const library = 'sppgpu';

export async function setup({ adapter }: { adapter?: string }) {
  const device = await createDevice({ adapter });
  useDevice(device);
  return { adapter: device.info.name, software: device.info.software };
}
