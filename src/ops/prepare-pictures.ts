import prepareWgsl from '../../shaders/image/prepare.wgsl';
import { noGrad } from '../autograd/mode.js';
import type { InputFormat } from '../picture/input-format.js';
import type { Picture } from '../picture/picture.js';
import type { View } from '../picture/view.js';
import type { Device } from '../runtime/device.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { sameShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { batchSize, checkViews } from './image/check-views.js';
import { type Colour, checkMean, redFirst } from './image/colours.js';
import { packViews } from './image/pack-views.js';
import { dense, type OpRow } from './op.js';
import { reshape } from './reshape.js';
import { resizeBilinear } from './resize-bilinear.js';

const OP = 'preparePictures';
const constantKernel = defineKernel(prepareWgsl, 'mean_constant');
const imageKernel = defineKernel(prepareWgsl, 'mean_image');

export interface PrepareOptions {
  /**
   * Replaces the format's mean: a byte value for all channels, or a mean picture f32 `[3, h, w]` (red first), resized to the
   * input's size (paper 3.1).
   */
  readonly mean?: number | Tensor;
}

const NAMES: OptionNames<PrepareOptions> = { mean: true };

/**
 * Makes a network's input f32 `[N, channels, height, width]` from decoded pictures, one view per picture, all of one `outSize`,
 * in one shader: each view's box is sampled bilinearly, mirrored, shifted in colour, then `(value - mean) * scale`. The mean
 * picture is not mirrored. Without gradient. A picture that occurs several times goes to the device once, one beyond a
 * binding in parts, with the same result but for the rounding of positions.
 * @throws ShapeError where there is not one view per picture, their output sizes differ, or a picture or view cannot be
 */
export function preparePictures(
  device: Device,
  pictures: readonly Picture[],
  views: readonly View[],
  format: InputFormat,
  options: PrepareOptions = {},
): Tensor {
  checkOptions(OP, options, NAMES);
  checkViews(OP, pictures, views);
  const size = batchSize(OP, views);
  const { channels, mean, scale } = redFirst(OP, format);
  const meanPicture = options.mean instanceof Tensor ? options.mean : null;
  const meanColour = typeof options.mean === 'number' ? ([options.mean, options.mean, options.mean] as const) : mean;
  return scope(() => {
    const [rows, columns] = size;
    const y = Tensor.empty(device, [views.length, channels, rows, columns], 'f32', OP);
    const meanImage = meanPicture && meanOfSize(y, meanPicture, size);
    for (const { first, count, output, bytes, records } of packViews(device, pictures, views, size)) {
      const pixelCount = count * output.rows * output.columns;
      // Whole words; the scope frees them if anything here throws.
      const [pixels, table] = [bytes, records].map((data) => {
        const words = Tensor.empty(device, [data.length / 4], 'u32', OP);
        device.upload(words.storage(OP).buffer, 0, data);
        return words;
      }) as [Tensor, Tensor];
      device.dispatch(meanImage ? imageKernel : constantKernel, {
        bindings: {
          bytes: pixels.binding(OP),
          views: table.binding(OP),
          y: y.binding(OP),
          ...(meanImage && { mean_image: meanImage.binding(OP) }),
        },
        params: {
          size: pixelCount,
          first_view: first,
          rows,
          columns,
          part: [output.row, output.column, output.rows, output.columns],
          channels,
          reverse: format.channelOrder === 'bgr',
          mean: vec4(meanPicture ? [0, 0, 0] : meanColour),
          scale: vec4(scale),
        },
        invocations: pixelCount,
      });
      pixels.dispose();
      table.dispose();
    }
    return y;
  });
}

/** A colour as a vec4f of the shader. */
const vec4 = (colour: Colour): readonly [number, number, number, number] => [...colour, 0];

function meanOfSize(batch: Tensor, mean: Tensor, size: readonly [number, number]): Tensor {
  checkMean(OP, batch, mean);
  if (sameShape(mean.shape, [3, ...size])) return dense(mean, OP);
  return noGrad(() => resizeBilinear(reshape(mean, [1, ...mean.shape]), size));
}

export const row: OpRow = {
  name: 'preparePictures',
  family: 'image',
  summary: 'decoded pictures to a batch: box, resize, mirror, colour shift, mean, scale',
  dtypes: ['f32'],
  differentiable: [],
};
