import type { Architecture, ArchitectureInput, ModelOptions, ModelSettings, Pyramid } from './architecture.js';
import { fillRule, resolveOptions, scaleWidth } from './architecture.js';
import type { Fill, LayerRecord } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

/** Mean and deviation of ImageNet's pictures between 0 and 1, by which torchvision prepares its networks' inputs. */
const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

/** Shorter side 256, 224 of it shown; RGB bytes / 255, less the mean, over the deviation. */
export function torchvisionInput({ inputSize, inputChannels }: ModelSettings): ArchitectureInput {
  const colours = inputChannels === 3 ? [0, 1, 2] : [1];
  return {
    channels: inputChannels,
    size: inputSize,
    resize: Math.round((inputSize * 256) / 224),
    channelOrder: 'rgb',
    mean: colours.map((c) => 255 * MEAN[c]!),
    scale: colours.map((c) => 1 / (255 * DEVIATION[c]!)),
  };
}

/** What one of torchvision's networks is, and another is not. */
export interface PublishedNet {
  readonly name: string;
  readonly title: string;
  /** Number that the layers behind the convolutions continue. */
  readonly depth: number;
  /** Channels of the last map. */
  readonly mapChannels: (scaled: (channels: number) => number) => number;
  /** Bins per side of the pool that stands in for the pyramid. */
  readonly baselineBins: number;
  /** Hidden layers of an SPP head. */
  readonly hiddenLayers: number;
  readonly dropout: number;
  /** Names in torchvision's state dict, where they are others. */
  readonly published?: Readonly<Record<string, string>>;
  readonly features: (scaled: (channels: number) => number, fill: Fill) => LayerRecord[];
  /** The head that it was published with. */
  readonly head: (options: ModelSettings, channels: number, fill: Fill) => LayerRecord[];
}

/** The records of a network of torchvision: its own head by default, an SPP head for a pyramid. */
export function torchvisionNet(net: PublishedNet, given: ModelOptions): Architecture {
  const { name, title, depth, baselineBins, hiddenLayers, published } = net;
  const own = { pyramid: 'original' as Pyramid, init: 'he', normalisation: 'none', dropout: net.dropout } as const;
  const options = resolveOptions(name, given, { ...PAPER_DEFAULTS, ...own }, ['A']);
  const fill = fillRule(options, 0);
  const scaled = (channels: number): number => scaleWidth(channels, options.width);
  const features = net.features(scaled, fill);
  const channels = net.mapChannels(scaled);
  const classifier = options.pyramid === 'original' ? net.head(options, channels, fill) : undefined;
  const input = torchvisionInput(options);
  return {
    ...pyramidNet({ name, title, features, channels, depth, baselineBins, hiddenLayers, input, classifier }, options),
    depth,
    ...(published && { published }),
  };
}
