import type { Device } from '../../runtime/device.js';
import { checkEngine, chooseEngine, type TileEngine } from '../tile/engines.js';
import { type ConvShape, multiplyAdds } from './shape.js';
import { canSlide, SLIDE_ENGINE, suitsSlide } from './slide.js';

/**
 * The ladder of convolutions: `direct` (the definition, one invocation per result), `im2col` (columns written out, then
 * a matrix product), `slide` (along the rows of the maps as they are; the forward pass where it can, else the engine of
 * the same adapters), or the name of a tile engine: implicit product on that engine, patches gathered as it goes.
 */
export type ConvAlgorithm = 'direct' | 'im2col' | 'slide' | TileEngine;

export type ConvPass = 'forward' | 'input' | 'weight';

interface Rule {
  readonly applies: (shape: ConvShape, pass: ConvPass) => boolean;
  readonly algorithm: 'direct' | 'im2col';
  readonly why: string;
}

/** Exceptions from "implicit product on the adapter's tile engine", first match counts. */
const convRules: readonly Rule[] = [
  {
    applies: ({ groups, groupChannels, groupOutChannels }) => groups > 1 && groupChannels * groupOutChannels < 16,
    algorithm: 'direct',
    why: 'depthwise and nearly so: a tile of 16 or more rows and columns would be almost all padding',
  },
  {
    applies: ({ groupChannels, kernel }, pass) =>
      pass === 'input' && groupChannels < 16 && groupChannels * kernel[0] * kernel[1] > 16,
    algorithm: 'im2col',
    why: 'gradient to few channels (RGB): as columns of the product they would leave most lanes idle, with their taps they fill them',
  },
];

/** The algorithm for one pass; gradients do not slide. @throws DeviceError if a requested engine cannot run on the device. */
export function chooseConv(
  device: Device,
  shape: ConvShape,
  pass: 'input' | 'weight',
  requested: ConvAlgorithm | 'auto',
): Exclude<ConvAlgorithm, 'slide'>;
export function chooseConv(
  device: Device,
  shape: ConvShape,
  pass: 'forward',
  requested: ConvAlgorithm | 'auto',
): ConvAlgorithm;
export function chooseConv(
  device: Device,
  shape: ConvShape,
  pass: ConvPass,
  requested: ConvAlgorithm | 'auto',
): ConvAlgorithm {
  if (requested === 'direct' || requested === 'im2col') return requested;
  const slides = pass === 'forward' && canSlide(shape);
  if (requested === 'slide') {
    checkEngine('conv2d', device, SLIDE_ENGINE);
    return slides ? 'slide' : SLIDE_ENGINE;
  }
  if (requested !== 'auto') {
    checkEngine('conv2d', device, requested);
    return requested;
  }
  const exception = convRules.find((rule) => rule.applies(shape, pass))?.algorithm;
  if (exception) return exception;
  return slides && suitsSlide(device, shape) ? 'slide' : chooseEngine(device, multiplyAdds(shape));
}
