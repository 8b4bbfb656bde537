import type { Picture } from '../../picture/picture.js';
import type { Device } from '../../runtime/device.js';
import type { EdgeMap } from './edge-map.js';
import type { EdgeNet } from './edge-net.js';
import type { NetEdgesOptions } from './edges-seen.js';

/** The boundaries that a net sees in a picture of any size. @throws SppgpuError for options that cannot be */
export async function netEdges(
  device: Device,
  net: EdgeNet,
  picture: Picture,
  options: NetEdgesOptions = {},
): Promise<EdgeMap> {
  const { edgesSeen } = await import('./edges-seen.js');
  return edgesSeen(device, net, picture, options);
}
