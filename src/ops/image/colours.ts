import type { InputFormat } from '../../picture/input-format.js';
import { ShapeError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { showShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, commonDevice } from '../op.js';

/** Red, green, blue. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * A format's numbers as the shader takes them, red first; a grey one's for all three colours that its luma is made of.
 * @throws ShapeError for channels other than 1 and 3, or numbers that are not one for each
 */
export function redFirst(
  op: string,
  { channels, channelOrder, mean, scale }: InputFormat,
): { channels: 1 | 3; mean: Colour; scale: Colour } {
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError(`${op}: ${quoted(channels)} channels; use 1 (grey) or 3 (colour)`);
  }
  const colour = (name: string, values: readonly number[]): Colour => {
    if (values.length !== channels || !values.every(Number.isFinite)) {
      throw new ShapeError(`${op}: ${name} is [${values.join(', ')}]; give ${channels} numbers, one for each channel`);
    }
    if (channels === 1) return [values[0]!, values[0]!, values[0]!];
    const [first, second, third] = values as unknown as Colour;
    return channelOrder === 'bgr' ? [third, second, first] : [first, second, third];
  };
  const scales = typeof scale === 'number' ? Array.from({ length: channels }, () => scale) : scale;
  return { channels, mean: colour('mean', mean), scale: colour('scale', scales) };
}

/** @throws ShapeError, DTypeError or DeviceError unless a mean picture is f32 `[3, h, w]` on the batch's device */
export function checkMean(op: string, batch: Tensor, mean: Tensor): void {
  checkDTypes(op, 'mean', mean, ['f32']);
  commonDevice(op, [batch, mean]);
  if (mean.rank === 3 && mean.shape[0] === 3) return;
  throw new ShapeError(`${op}: mean has shape ${showShape(mean.shape)}, but must be [3, height, width]`);
}
