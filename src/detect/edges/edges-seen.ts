import { noGrad } from '../../autograd/mode.js';
import { add } from '../../ops/add.js';
import { mul } from '../../ops/mul.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import { resizeBilinear } from '../../ops/resize-bilinear.js';
import { sigmoid } from '../../ops/sigmoid.js';
import { slice } from '../../ops/slice.js';
import { sub } from '../../ops/sub.js';
import type { Picture } from '../../picture/picture.js';
import type { Device } from '../../runtime/device.js';
import { checkOptions, checkSetting, type OptionNames } from '../../runtime/options.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { EdgeMap } from './edge-map.js';
import { EDGE_NET_INPUT, type EdgeNet } from './edge-net.js';

export interface NetEdgesOptions {
  /** Sizes to look at the picture at, as factors of its own; the answers are averaged. Default `[1]`. */
  readonly sizes?: readonly number[];
  /**
   * Taken off every logit. A net that learned from balanced classes sees boundaries everywhere: this gives back how rare they
   * are. It changes no order of pixels. Default 1.5.
   */
  readonly rarity?: number;
  /** A larger picture is looked at in a smaller size, and its map grown again. Default 2,000,000. */
  readonly maxPixels?: number;
}

const NAMES: OptionNames<NetEdgesOptions> = { sizes: true, rarity: true, maxPixels: true };
export const NET_EDGES_DEFAULTS = { sizes: [1], rarity: 1.5, maxPixels: 2e6 } as const satisfies NetEdgesOptions;

/** What `netEdges` does, which pages load with the first call. */
export async function netEdges(
  device: Device,
  net: EdgeNet,
  picture: Picture,
  options: NetEdgesOptions,
): Promise<EdgeMap> {
  checkOptions('netEdges', options, NAMES);
  const { sizes, rarity, maxPixels } = { ...NET_EDGES_DEFAULTS, ...options };
  checkSetting('netEdges', 'sizes', sizes.length, { least: 1 });
  for (const size of sizes) checkSetting('netEdges', 'size', size, { above: 0, most: 8 });
  checkSetting('netEdges', 'rarity', rarity);
  checkSetting('netEdges', 'maxPixels', maxPixels, { least: 1 });
  const { width, height } = picture;
  const map = noGrad(() =>
    scope(() => {
      const maps = sizes.map((factor) => {
        const fitting = Math.min(factor, Math.sqrt(maxPixels / (width * height)));
        return sigmoid(sub(logitsAt(device, net, picture, fitting), rarity));
      });
      return mul(maps.reduce(add), 1 / maps.length);
    }),
  );
  const strength = (await map.data()) as Float32Array;
  map.dispose();
  return { width, height, strength };
}

/** The net's answer `[1, 1, H, W]` at the picture's own size, from the picture at `factor` of it. */
function logitsAt(device: Device, net: EdgeNet, picture: Picture, factor: number): Tensor {
  const { width, height } = picture;
  const [columns, rows] = [width, height].map((side) => Math.max(1, Math.round(side * factor))) as [number, number];
  const padded = (side: number): number => Math.ceil(side / net.multiple) * net.multiple;
  // Beyond the picture its edge goes on.
  const sourceBox = [0, 0, (width * padded(columns)) / columns, (height * padded(rows)) / rows] as const;
  const view = { sourceBox, outSize: [padded(rows), padded(columns)] as const };
  const all = net.forward(preparePictures(device, [picture], [view], EDGE_NET_INPUT));
  const last = all.shape[1]! - 1;
  const own = slice(all, [null, [last, last + 1], [0, rows], [0, columns]]);
  return rows === height && columns === width ? own : resizeBilinear(own, [height, width]);
}
