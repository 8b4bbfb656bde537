import { noGrad } from '../../autograd/mode.js';
import { fullView } from '../../data/augment.js';
import { networkDevice } from '../../models/in-evaluation.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import type { Picture } from '../../picture/picture.js';
import { scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { RegionNetwork } from './region-network.js';

/** Makes, or finds, the last map `[1, C, h, w]` of a picture; the caller disposes it. */
export type MapMaker = (picture: Picture, scale: number, flip: boolean) => Promise<Tensor>;

/** One pass of the convolutions over the whole picture, its shorter side resized to `scale`. */
export function convolvedMaps({ network, preparation }: RegionNetwork): MapMaker {
  return async (picture, scale, flip) => {
    const view = fullView(picture.width, picture.height, scale, flip);
    const device = networkDevice(network);
    return noGrad(() =>
      scope(() =>
        network.features.forward(
          preparePictures(device, [picture], [view], network.architecture.input, { mean: preparation.mean }),
        ),
      ),
    );
  };
}
