import { type Colour, preprocessImages } from '../ops/preprocess-images.js';
import type { Device } from '../runtime/device.js';
import { ShapeError } from '../runtime/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { PreprocessRecord } from './augment.js';
import type { ByteImage } from './image.js';

/** What a network's first layer expects: values are `(byte - mean[c]) * scale`, channels in `channelOrder`. */
export interface InputFormat {
  readonly channels: number;
  readonly channelOrder: 'rgb' | 'bgr';
  readonly mean: readonly number[];
  readonly scale: number;
}

export interface PrepareOptions {
  /** Replaces the input's mean: a byte value for all channels, or a mean picture `[3, h, w]` (red first), warped to the input's size (paper 3.1). */
  readonly mean?: number | Tensor;
}

/**
 * Makes a network's input `[N, C, H, W]` from decoded pictures, one record a picture, all of one `outSize`. A picture that
 * occurs several times goes to the device once.
 * @throws ShapeError where there is not one record a picture, or their output sizes differ
 */
export function prepareImages(
  device: Device,
  images: readonly ByteImage[],
  records: readonly PreprocessRecord[],
  input: InputFormat,
  { mean = colourOf(input) }: { mean?: PrepareOptions['mean'] | Colour } = {},
): Tensor {
  if (images.length !== records.length || images.length === 0) {
    throw new ShapeError(
      `prepareImages: ${images.length} pictures and ${records.length} records; give one record a picture`,
    );
  }
  const size = records[0]!.outSize;
  const odd = records.find(({ outSize }) => outSize[0] !== size[0] || outSize[1] !== size[1]);
  if (odd) {
    throw new ShapeError(
      `prepareImages: a batch cannot mix ${size[1]}x${size[0]} and ${odd.outSize[1]}x${odd.outSize[0]} pixels; batch pictures by size`,
    );
  }
  const places = new Map<ByteImage, number>();
  const views = records.map(({ sourceBox, flip, shift }, i) => {
    const picture = images[i]!;
    const image = places.get(picture) ?? places.size;
    places.set(picture, image);
    return { image, sourceBox, flip, shift };
  });
  return preprocessImages(device, [...places.keys()], views, {
    size,
    mean,
    scale: input.scale,
    order: input.channelOrder,
    channels: input.channels === 1 ? 1 : 3,
  });
}

type Channels = readonly [red: number, green: number, blue: number];

/** The input's mean as red, green, blue. */
function colourOf({ channels, channelOrder, mean }: InputFormat): Channels {
  const [first, second, third] = channels === 1 ? [mean[0]!, mean[0]!, mean[0]!] : (mean as unknown as Channels);
  return channelOrder === 'bgr' ? [third, second, first] : [first, second, third];
}
