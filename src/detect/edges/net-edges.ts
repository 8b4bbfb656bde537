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
  const later = await import('../later.js');
  return later.netEdges(device, net, picture, options);
}
