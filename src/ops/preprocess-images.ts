import preprocessWgsl from '../../shaders/image/preprocess.wgsl';
import { noGrad } from '../autograd/mode.js';
import type { Device } from '../runtime/device.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkViews, packViews } from './image/pack-views.js';
import type { ImageView, RgbImage } from './image/picture.js';

import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';
import { reshape } from './reshape.js';
import { resizeBilinear } from './resize-bilinear.js';

export type { ImageView, RgbImage } from './image/picture.js';

const OP = 'preprocessImages';
const constantKernel = defineKernel(preprocessWgsl, 'mean_constant');
const imageKernel = defineKernel(preprocessWgsl, 'mean_image');

export type Colour = number | readonly [red: number, green: number, blue: number];

export interface PreprocessOptions {
  /** Of every image of the batch. */
  readonly size: readonly [height: number, width: number];
  /** Subtracted after the shift: a colour, or a mean picture f32 `[3, h, w]` (red first), resized to `size`. Default 0. */
  readonly mean?: Colour | Tensor;
  /** Multiplied last. Default 1. */
  readonly scale?: Colour;
  /** Order of the output's channels. Default `rgb`. */
  readonly order?: 'rgb' | 'bgr';
  /** 3 (default), or 1: grey by Rec. 601 luma. */
  readonly channels?: 1 | 3;
}

const NAMES: OptionNames<PreprocessOptions> = { size: true, mean: true, scale: true, order: true, channels: true };

/**
 * A batch f32 `[views, channels, height, width]` from decoded pictures, in one shader: each view's box is sampled bilinearly
 * (pixel centres at half-integers), mirrored, shifted in colour, then `(value - mean) * scale`. The mean picture is not
 * mirrored. Without gradient.
 * A picture beyond one binding is uploaded in parts, with the same result.
 * @throws ShapeError for pictures, views or a size that cannot be
 */
export function preprocessImages(
  device: Device,
  images: readonly RgbImage[],
  views: readonly ImageView[],
  options: PreprocessOptions,
): Tensor {
  requireOptions('preprocessImages', options, NAMES);
  const { size, mean = 0, scale = 1, order = 'rgb', channels = 3 } = options;
  checkViews(images, views);
  if (size.length !== 2 || !size.every((side) => Number.isInteger(side) && side >= 1)) {
    throw new ShapeError(`${OP}: ${showShape(size)} is no size; use [height, width] from 1`);
  }
  return scope(() => {
    const [rows, columns] = size;
    const y = Tensor.empty(device, [views.length, channels, rows, columns], 'f32', OP);
    const meanImage = mean instanceof Tensor ? meanOfSize(y, mean, size) : null;
    for (const { first, count, output, bytes, records } of packViews(device, images, views, size)) {
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
          reverse: order === 'bgr',
          mean: mean instanceof Tensor ? colour(0) : colour(mean),
          scale: colour(scale),
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
const colour = (value: Colour): readonly [number, number, number, number] =>
  typeof value === 'number' ? [value, value, value, 0] : [...value, 0];

function meanOfSize(batch: Tensor, mean: Tensor, size: readonly [number, number]): Tensor {
  checkDTypes(OP, 'mean', mean, ['f32']);
  commonDevice(OP, [batch, mean]);
  if (mean.rank !== 3 || mean.shape[0] !== 3) {
    throw new ShapeError(`${OP}: mean has shape ${showShape(mean.shape)}, but must be [3, height, width]`);
  }
  if (sameShape(mean.shape, [3, ...size])) return dense(mean, OP);
  return noGrad(() => resizeBilinear(reshape(mean, [1, ...mean.shape]), size));
}

export const preprocessImagesRow: OpRow = {
  name: 'preprocessImages',
  family: 'image',
  summary: 'decoded pictures to a batch: box, resize, mirror, colour shift, mean, scale',
  dtypes: ['f32'],
  differentiable: [],
};
