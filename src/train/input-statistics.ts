import { noGrad } from '../autograd/mode.js';
import { centreView } from '../data/augment.js';
import type { ColourPca } from '../data/colour-pca.js';
import { ColourStatistics } from '../data/colour-statistics.js';
import type { ImageLoader } from '../data/loader.js';
import type { ArchitectureInput } from '../models/architecture.js';
import type { HostTensor } from '../models/model-format.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import { preparePictures } from '../ops/prepare-pictures.js';
import { sum } from '../ops/sum.js';
import type { Device } from '../runtime/device.js';
import { zeros } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';

/** What preparing a training set's pictures may need of all of them. */
export interface InputStatistics {
  readonly colour: ColourPca | null;
  /** Mean of the centre crops, `[3, size, size]` of bytes, red first. */
  readonly mean: HostTensor | null;
}

/**
 * One pass over a training set: the components of its colours (over all pixels) and its per-pixel mean picture (paper 3.1).
 * The loader must not shuffle, so that sums have one order.
 */
export async function measureInputs(
  device: Device,
  loader: ImageLoader,
  input: ArchitectureInput,
  wanted: {
    readonly colour: boolean;
    readonly mean: boolean;
    readonly onProgress?: (images: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<InputStatistics> {
  const colours = new ColourStatistics();
  const { signal } = wanted;
  const { size, resize } = input;
  const plain = { channels: 3, channelOrder: 'rgb', mean: [0, 0, 0], scale: 1 } as const;
  let total = zeros(device, [3, size, size]);
  let images = 0;
  try {
    for await (const { items } of loader.epoch(0, signal ? { signal } : {})) {
      if (wanted.colour) for (const { image } of items) colours.add(image);
      if (wanted.mean) {
        const pictures = items.map(({ image }) => image);
        const views = pictures.map(({ width, height }) =>
          centreView(width, height, { shorterSide: resize, crop: size }),
        );
        const next = noGrad(() =>
          scope(() => add(total, sum(preparePictures(device, pictures, views, plain), { axes: 0 }))),
        );
        total.dispose();
        total = next;
        // The queue stays short: whoever stops waits for one batch.
        await device.sync();
      }
      images += items.length;
      wanted.onProgress?.(images);
    }
    const mean = wanted.mean ? await average(total, images) : null;
    return { colour: wanted.colour ? colours.components() : null, mean };
  } finally {
    total.dispose();
  }
}

async function average(total: ReturnType<typeof zeros>, images: number): Promise<HostTensor> {
  const mean = noGrad(() => mul(total, 1 / images));
  const data = (await mean.data()) as Float32Array<ArrayBuffer>;
  mean.dispose();
  return { shape: total.shape, data };
}
