import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, resolveOptions, scaleWidth } from './architecture.js';
import type { Fill, LayerRecord } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

/** What one small net is, and another is not. */
export interface SmallNet {
  readonly name: string;
  readonly title: string;
  readonly pyramid: readonly number[];
  readonly inputSize: number;
  /** Channels of the last map. */
  readonly channels: number;
  /** Bins per side of the pool that stands in for the pyramid. */
  readonly baselineBins: number;
  /** Hidden fully connected layers behind the pool. */
  readonly hiddenLayers: number;
  /** Convolutions, and what is between them. `scaled` gives a number of channels at the width that was asked for. */
  readonly features: (scaled: (channels: number) => number, fill: Fill) => LayerRecord[];
}

/** A net for digits and other small pictures, which a processor trains in minutes. */
export function smallNet(net: SmallNet, given: ModelOptions): Architecture {
  const { name, title, pyramid, inputSize, baselineBins, hiddenLayers } = net;
  const own = {
    classes: 10,
    pyramid,
    hidden: 128,
    inputSize,
    inputChannels: 1,
    init: 'he',
    normalisation: 'none',
  } as const;
  const options = resolveOptions(name, given, { ...PAPER_DEFAULTS, ...own }, ['A']);
  const scaled = (channels: number): number => scaleWidth(channels, options.width);
  const features = net.features(scaled, fillRule(options, 0));
  const depth = features.filter(({ type }) => type === 'conv').length;
  const input = {
    channels: options.inputChannels,
    size: options.inputSize,
    resize: options.inputSize,
    channelOrder: 'rgb',
    // Grey: ink on black, where a mean of 0 makes the background equal to the padding. Photographs lie around 128.
    mean: options.inputChannels === 1 ? [0] : [128, 128, 128],
    scale: options.inputChannels === 1 ? 1 / 102 : 1 / 128,
  } as const;
  const channels = scaled(net.channels);
  return pyramidNet({ name, title, features, channels, depth, baselineBins, hiddenLayers, input }, options);
}
