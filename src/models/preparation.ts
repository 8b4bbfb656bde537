import type { ColourPca } from '../data/colour-pca.js';
import type { PrepareOptions } from '../ops/prepare-pictures.js';
import type { Device } from '../runtime/device.js';
import { tensor } from '../tensor/create.js';
import { keep } from '../tensor/scope.js';
import type { HostTensor } from './model-format.js';

/** Name of the mean picture `[3, h, w]` among a file's `data`. */
export const MEAN_IMAGE = 'mean';

/** How a network's training pictures were prepared, beyond its architecture: part of its checkpoint. */
export interface Preparation {
  /** A byte value for all channels; absent: the architecture's own, or a mean picture among the tensors. */
  readonly mean?: number;
  /** Components of the training set's colours, where they were shifted. */
  readonly colour?: ColourPca;
}

/** A preparation, ready for `preparePictures`. The mean picture lives as long as the device. */
export function restorePreparation(
  device: Device,
  { mean }: Preparation,
  data: ReadonlyMap<string, HostTensor>,
): PrepareOptions {
  const picture = data.get(MEAN_IMAGE);
  if (picture) return { mean: keep(tensor(device, picture.data, { shape: [...picture.shape] })) };
  return mean === undefined ? {} : { mean };
}
