import type { Device } from '../../runtime/device.js';
import { checkEngine, chooseEngine, type TileEngine } from '../matmul/engines.js';
import { isNarrow, NARROW_ENGINE, suitsNarrow } from './gather-narrow.js';
import { type ConvShape, multiplyAdds } from './shape.js';

/**
 * The ladder of convolutions: `direct` (the definition, one invocation per result), `im2col` (columns written out, then
 * a matrix product), or the name of a tile engine: implicit product on that engine, patches gathered as it goes; `narrow`
 * is that with at most 16 channels as rows of the tile (the forward pass and the gradient to the input, where they fit).
 */
export type ConvAlgorithm = 'direct' | 'im2col' | 'narrow' | TileEngine;

export type ConvPass = 'forward' | 'input' | 'weight';

interface Rule {
  readonly applies: (shape: ConvShape, pass: ConvPass) => boolean;
  readonly algorithm: 'direct' | 'im2col';
  readonly why: string;
}

/** Exceptions from "implicit product on the adapter's tile engine", first match counts. */
export const convRules: readonly Rule[] = [
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

/** The algorithm for one pass. @throws DeviceError if a requested engine cannot run on the device. */
export function chooseConv(
  device: Device,
  shape: ConvShape,
  pass: ConvPass,
  requested: ConvAlgorithm | 'auto',
): ConvAlgorithm {
  if (requested === 'direct' || requested === 'im2col') return requested;
  if (requested === 'narrow') {
    checkEngine('conv2d', device, NARROW_ENGINE);
    return narrowFits(shape, pass) ? 'narrow' : NARROW_ENGINE;
  }
  if (requested !== 'auto') {
    checkEngine('conv2d', device, requested);
    return requested;
  }
  const exception = convRules.find((rule) => rule.applies(shape, pass))?.algorithm;
  if (exception) return exception;
  if (pass === 'forward' && suitsNarrow(device) && narrowFits(shape, pass)) return 'narrow';
  return chooseEngine(device, multiplyAdds(shape));
}

function narrowFits(shape: ConvShape, pass: ConvPass): boolean {
  const { groupChannels, groupOutChannels } = shape;
  if (pass === 'weight') return false;
  return pass === 'forward'
    ? isNarrow(groupOutChannels, groupChannels, shape)
    : isNarrow(groupChannels, groupOutChannels, shape);
}
