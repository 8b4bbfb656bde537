import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import convBiasWgsl from '../../../shaders/conv/conv_bias.wgsl?raw';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel } from '../../runtime/kernel.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { sumSlices } from '../matmul/sum-slices.js';
import { windowOf } from '../matmul/window.js';
import { pixelVectors } from './pixel-vectors.js';
import { type ConvShape, imageRuns } from './shape.js';

const kernel = defineKernel('conv_bias', gridWgsl, convBiasWgsl);
const WG = 8;

/** Gradient to the bias: per image, then over the images, in a fixed order. Fills `db`. */
export function biasGradient(dy: Tensor, db: Tensor, shape: ConvShape): void {
  const { images, outChannels, out } = shape;
  const { device } = dy;
  const pixels4 = out[0] * Math.ceil(out[1] / 4);
  const parts = Tensor.empty(device, [images, outChannels], 'f32', 'conv2d');
  for (const { first, count } of imageRuns(images, outChannels * pixels4 * 4, device.maxBindingBytes)) {
    scope(() => {
      const gradient = pixelVectors(dy, first, count, outChannels, out);
      const size = count * outChannels;
      const window = windowOf('conv2d', parts, first * outChannels, size);
      device.dispatch(kernel, {
        bindings: { dy: gradient.slice, parts: window.slice },
        params: { size, pixels4, dy_offset: gradient.offset / 4, parts_offset: window.offset },
        overrides: { WG },
        workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
      });
    });
  }
  sumSlices('conv2d', windowOf('conv2d', db, 0, outChannels), {
    parts,
    batches: 1,
    splits: images,
    size: outChannels,
  });
}
