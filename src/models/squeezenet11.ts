import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import { fillRule, resolveOptions, scaleWidth } from './architecture.js';
import type { Fill, LayerRecord } from './layers/index.js';
import { conv, dropout, fire, globalAveragePool, maxPool, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

const NAME = 'squeezenet11';
const INPUT_SIZE = 227;

/** The convolutions, in both spellings. */
export function squeezenetFeatures(channels: (count: number) => number, fill: Fill): LayerRecord[] {
  const block = (index: number, squeeze: number, expand: number): LayerRecord =>
    fire(`fire${index}`, channels(squeeze), channels(expand), fill);
  const pool = (name: string): LayerRecord => maxPool(name, { kernel: 3, stride: 2, ceilMode: true });
  return [
    conv('conv1', channels(64), { kernel: 3, stride: 2, fill }),
    relu('relu1'),
    pool('pool1'),
    block(2, 16, 64),
    block(3, 16, 64),
    pool('pool3'),
    block(4, 32, 128),
    block(5, 32, 128),
    pool('pool5'),
    block(6, 48, 192),
    block(7, 48, 192),
    block(8, 64, 256),
    block(9, 64, 256),
  ];
}

/** The head that it was published with: takes any input size. */
export function squeezenetHead({ dropout: share, classes }: ModelSettings, fill: Fill): LayerRecord[] {
  return [
    dropout('drop9', share),
    conv('conv10', classes, { kernel: 1, fill }),
    relu('relu10'),
    globalAveragePool('pool10'),
  ];
}

/**
 * SqueezeNet 1.1 (Iandola et al. 2016): a small pretrained, fully convolutional backbone, 512 channels at stride 16.
 * `'original'` is its own head (1x1 convolution and global mean, any input size); a pyramid puts the SPP head behind fire9.
 * Published weights call a layer `fire2/squeeze1x1`; here it is `features.fire2.squeeze1x1` (see `matchParameters`). Trained in
 * Caffe on BGR bytes; torchvision's weights are of `squeezenet1_1`, which prepares its input as torchvision does.
 */
export function squeezenet11(given: ModelOptions = {}): Architecture {
  const options = resolveOptions(
    NAME,
    given,
    { ...PAPER_DEFAULTS, inputSize: INPUT_SIZE, pyramid: 'original', init: 'he', normalisation: 'none' },
    ['A'],
  );
  const fill = fillRule(options, 0);
  const channels = (count: number): number => scaleWidth(count, options.width);
  const features = squeezenetFeatures(channels, fill);
  const input = {
    channels: options.inputChannels,
    size: options.inputSize,
    resize: Math.round((options.inputSize * 256) / INPUT_SIZE),
    channelOrder: 'bgr',
    mean: options.inputChannels === 3 ? [104, 117, 123] : [117],
    scale: 1,
  } as const;
  const classifier = options.pyramid === 'original' ? squeezenetHead(options, fill) : undefined;
  const net = { name: NAME, title: 'SqueezeNet 1.1', features, channels: 2 * channels(256), depth: 9 };
  return pyramidNet({ ...net, input, classifier }, options);
}
