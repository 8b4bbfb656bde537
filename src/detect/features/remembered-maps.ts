import type { Picture } from '../../picture/picture.js';
import { keep } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { convolvedMaps, type MapMaker } from './picture-maps.js';
import type { RegionNetwork } from './region-network.js';

/** Room for maps on the device, unless said otherwise. */
const MAX_BYTES = 2 ** 28;

/**
 * Maps of pictures that stay on the device, so that the stages of a training see each picture through the convolutions once: for
 * few pictures, and where there is no disk. What has no room is made anew each time. Pictures are told apart by identity.
 */
export class RememberedMaps {
  private readonly known = new WeakMap<Picture, Map<string, Tensor>>();
  private readonly held: Tensor[] = [];
  private bytes = 0;

  constructor(
    private readonly network: RegionNetwork,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  maker(make: MapMaker = convolvedMaps(this.network)): MapMaker {
    return async (picture, scale, flip) => {
      const key = `${scale}${flip ? 'm' : ''}`;
      const known = this.known.get(picture)?.get(key);
      if (known) return known.detach();
      const map = await make(picture, scale, flip);
      if (this.bytes + map.bytes > this.maxBytes) return map;
      const kept = keep(map.detach());
      this.bytes += map.bytes;
      this.held.push(kept);
      const own = this.known.get(picture) ?? new Map<string, Tensor>();
      this.known.set(picture, own.set(key, kept));
      return map;
    };
  }

  dispose(): void {
    for (const map of this.held.splice(0)) map.dispose();
    this.bytes = this.maxBytes;
  }
}
