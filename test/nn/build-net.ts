import { Conv2d, Linear, MaxPool2d, ReLU, Sequential, SpatialPyramidPool2d } from '../../src/nn/index.js';
import type { Device } from '../../src/runtime/device.js';
import { Generator } from '../../src/tensor/generator.js';

/** A net with a pyramid, small enough to list all that it holds. */
export function buildNet(device: Device, seed = 1): Sequential {
  const options = { device, generator: new Generator(seed) };
  return new Sequential({
    conv1: new Conv2d(1, 2, 3, { ...options, padding: 1 }),
    relu1: new ReLU(),
    pool1: new MaxPool2d({ kernelSize: 2 }),
    spp: new SpatialPyramidPool2d([1, 2]),
    fc: new Linear(10, 3, options),
  });
}
