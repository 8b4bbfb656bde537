import type { InputFormat } from '../picture/input-format.js';
import { SppgpuError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { quoted } from '../runtime/quote.js';
import type { Fill, LayerRecord, LrnLayer } from './layers/index.js';

/** What the first layer expects of a picture, and the size that the net is made for. */
export interface ArchitectureInput extends InputFormat {
  /** Side of the square crop the net is trained on. */
  readonly size: number;
  /** Shorter side that pictures are resized to before a crop is cut. */
  readonly resize: number;
}

/** Bins per side of each pyramid level; `'none'`: one fixed pool (the paper's baseline); `'original'`: the net's published head. */
export type Pyramid = readonly number[] | 'none' | 'original';

/**
 * Paddings are not in the paper. `'A'` reproduces its Table 1 exactly, `'B'` is the released ZF-5 (conv2 without padding,
 * ceil-mode pools), `'half'` is the appendix's deployment rule: floor(k/2) in every convolution and pool, floor mode.
 */
export type PaddingVariant = 'A' | 'B' | 'half';

export interface ModelOptions {
  /** Outputs of the last layer (default: what the net was published with). */
  classes?: number;
  /** Multiplies every hidden channel count and fully connected width; results are multiples of 8 (default 1). */
  width?: number;
  pyramid?: Pyramid;
  /** Width of the two hidden fully connected layers before `width` (default 4096 for the paper's nets). */
  hidden?: number;
  /** Square training size; a `'none'` head is built for the map of this size only. */
  inputSize?: number;
  inputChannels?: 1 | 3;
  padding?: PaddingVariant;
  /** Local response normalisation, where the net has any. */
  normalisation?: 'withinChannel' | 'acrossChannels' | 'none';
  /** `'paper'`: N(0, 0.01) and the released biases; `'he'`: sqrt(2 / fan-in) and zero biases, for training narrow nets from scratch. */
  init?: 'paper' | 'he';
  dropout?: number;
  /** Of the network `imported`: what it is. */
  imported?: ImportedNetwork;
}

/** A network that another program described. */
export interface ImportedNetwork {
  readonly title: string;
  readonly input: ArchitectureInput;
  readonly classes: number;
  readonly features: readonly LayerRecord[];
  readonly classifier: readonly LayerRecord[];
}

/** Every option with its default filled in; `imported` where the network is one. */
export type ModelSettings = Required<Omit<ModelOptions, 'imported'>> & Pick<ModelOptions, 'imported'>;

const NAMES: OptionNames<ModelOptions> = {
  classes: true,
  width: true,
  pyramid: true,
  hidden: true,
  inputSize: true,
  inputChannels: true,
  padding: true,
  normalisation: true,
  init: true,
  dropout: true,
  imported: true,
};

/** A network as data: a fully convolutional part for maps of any size, and the head behind it. */
export interface Architecture {
  readonly name: string;
  readonly title: string;
  readonly input: ArchitectureInput;
  readonly classes: number;
  /** Every option with its default filled in: `buildArchitecture(name, options)` gives the same records again. */
  readonly options: Readonly<ModelSettings>;
  readonly features: readonly LayerRecord[];
  readonly classifier: readonly LayerRecord[];
  /** What the layer behind the convolutions is called after (5: spp5, fc6), where the last one's name does not end in it. */
  readonly depth?: number;
  /** Names of modules in published weights, where they are others: `features.conv1_1` is `features.0` in torchvision's. */
  readonly published?: Readonly<Record<string, string>>;
}

/** Channels at a width multiplier: the nearest multiple of 8, never below 8; width 1 leaves the count alone. */
export function scaleWidth(channels: number, width: number): number {
  return width === 1 ? channels : Math.max(8, Math.round((channels * width) / 8) * 8);
}

/** The pyramid in stored order: ascending, so that weights do not depend on how a user lists the levels. */
function storedPyramid(levels: readonly number[]): number[] {
  return [...levels].sort((a, b) => a - b);
}

/**
 * Fills in defaults and checks every value.
 * @throws SppgpuError naming the option, its value and what it may be
 */
export function resolveOptions(
  net: string,
  given: ModelOptions,
  defaults: ModelSettings,
  paddings: readonly PaddingVariant[],
): ModelSettings {
  checkOptions(net, given, NAMES);
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ModelOptions;
  const options = { ...defaults, ...set };
  const fail = (option: keyof ModelOptions, wanted: string): never => {
    throw new SppgpuError(`${net}: ${option} is ${quoted(options[option])}; it must be ${wanted}`);
  };
  const count = (value: number): boolean => Number.isInteger(value) && value >= 1;
  if (options.imported !== undefined && defaults.imported === undefined) {
    throw new SppgpuError(`${net}: imported is for networks of other programs; leave it out`);
  }
  if (!count(options.classes)) fail('classes', 'a whole number from 1');
  if (!count(options.hidden)) fail('hidden', 'a whole number from 1');
  if (!count(options.inputSize)) fail('inputSize', 'a whole number of pixels from 1');
  if (!(options.width > 0 && options.width <= 16)) fail('width', 'above 0 and at most 16');
  if (!(options.dropout >= 0 && options.dropout < 1)) fail('dropout', 'at least 0 and below 1');
  if (options.inputChannels !== 1 && options.inputChannels !== 3) fail('inputChannels', '1 (grey) or 3 (colour)');
  if (!paddings.includes(options.padding)) fail('padding', paddings.join(' or '));
  if (typeof options.pyramid === 'string') {
    if (options.pyramid === 'original' && defaults.pyramid !== 'original')
      fail('pyramid', "levels such as [6,3,2,1], or 'none'");
    return options;
  }
  const levels = options.pyramid;
  if (levels.length === 0 || !levels.every((n) => count(n) && n <= 64))
    fail('pyramid', 'levels of 1 to 64 bins per side, such as [6,3,2,1]');
  if (new Set(levels).size !== levels.length) fail('pyramid', 'free of repeated levels');
  return { ...options, pyramid: storedPyramid(levels) };
}

/** Fill rule of one layer under the `init` option; `bias` is the released value. */
export function fillRule(options: ModelSettings, bias: number): Fill {
  return options.init === 'he' ? { weights: 'he', bias: 0 } : { weights: 0.01, bias };
}

/**
 * The LRN record of an option value, as a list so that `'none'` vanishes from an architecture.
 * Within a channel: the released ZF-5's constants; across channels: Krizhevsky's.
 */
export function lrn(name: string, mode: ModelSettings['normalisation']): LrnLayer[] {
  if (mode === 'none') return [];
  const within = mode === 'withinChannel';
  return [{ type: 'lrn', name, mode, size: within ? 3 : 5, alpha: within ? 5e-5 : 1e-4, beta: 0.75, k: 1 }];
}

/** Both parts in order, with the prefix that their parameters carry in a state dict. */
export function sections(architecture: Architecture): (readonly [string, readonly LayerRecord[]])[] {
  return [
    ['features', architecture.features],
    ['classifier', architecture.classifier],
  ];
}

/** Layers with weights, in words for the first line of a run. */
export function describeArchitecture(architecture: Architecture): string {
  const weighted = sections(architecture).flatMap(([, layers]) =>
    layers.flatMap((layer): readonly unknown[] => ('units' in layer ? layer.units : 'fill' in layer ? [layer] : [])),
  );
  return `${architecture.title}, ${weighted.length} layers with weights`;
}
