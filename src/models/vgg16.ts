import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import { scaleWidth } from './architecture.js';
import { adaptiveAvgPool, conv, dropout, type Fill, fc, type LayerRecord, maxPool, relu } from './layers/index.js';
import { torchvisionNet } from './torchvision.js';

/** Channels of the convolutions between the pools. */
const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/** torchvision numbers all layers: a convolution and its ReLU are two, a pool is one. */
function publishedNames(): Record<string, string> {
  const names: Record<string, string> = {
    'classifier.fc6': 'classifier.0',
    'classifier.fc7': 'classifier.3',
    'classifier.fc8': 'classifier.6',
  };
  let index = 0;
  for (const [stage, convolutions] of STAGES.entries()) {
    for (const i of convolutions.keys()) {
      names[`features.conv${stage + 1}_${i + 1}`] = `features.${index}`;
      index += 2;
    }
    index++;
  }
  return names;
}

/**
 * VGG-16 (Simonyan and Zisserman 2014; configuration D), with Caffe's names and torchvision's weights. As in SPP-net the
 * pyramid takes the place of the last pool, pool5: the last map is conv5_3, 512 channels at stride 16.
 */
export function vgg16(given: ModelOptions = {}): Architecture {
  const features = (scaled: (channels: number) => number, fill: Fill): LayerRecord[] =>
    STAGES.flatMap((stage, s) => [
      ...stage.flatMap((channels, i): LayerRecord[] => [
        conv(`conv${s + 1}_${i + 1}`, scaled(channels), { kernel: 3, padding: 1, fill }),
        relu(`relu${s + 1}_${i + 1}`),
      ]),
      ...(s < 4 ? [maxPool(`pool${s + 1}`, { kernel: 2 })] : []),
    ]);
  const net = {
    ...{
      name: 'vgg16',
      title: 'VGG-16',
      depth: 5,
      mapChannels: (scaled: (channels: number) => number) => scaled(512),
      baselineBins: 7,
      hiddenLayers: 2,
      dropout: 0.5,
    },
    published: publishedNames(),
    features,
    head: (options: ModelSettings, channels: number, fill: Fill): LayerRecord[] => {
      const hidden = scaleWidth(options.hidden, options.width);
      return [
        maxPool('pool5', { kernel: 2 }),
        adaptiveAvgPool('avgpool', 7),
        fc('fc6', channels * 49, hidden, fill),
        relu('relu6'),
        dropout('drop6', options.dropout),
        fc('fc7', hidden, hidden, fill),
        relu('relu7'),
        dropout('drop7', options.dropout),
        fc('fc8', hidden, options.classes, fill),
      ];
    },
  };
  return torchvisionNet(net, given);
}
