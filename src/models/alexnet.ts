import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import { scaleWidth } from './architecture.js';
import { adaptiveAvgPool, conv, dropout, type Fill, fc, type LayerRecord, maxPool, relu } from './layers/index.js';
import { torchvisionNet } from './torchvision.js';

const PUBLISHED = {
  'features.conv1': 'features.0',
  'features.conv2': 'features.3',
  'features.conv3': 'features.6',
  'features.conv4': 'features.8',
  'features.conv5': 'features.10',
  'classifier.fc6': 'classifier.1',
  'classifier.fc7': 'classifier.4',
  'classifier.fc8': 'classifier.6',
};

/**
 * AlexNet as torchvision has it (Krizhevsky 2014, "One weird trick": 64 channels first, no normalisation, no groups), with
 * Caffe's names. The pyramid takes the place of the last pool: the last map is conv5, 256 channels at stride 16.
 */
export function alexnet(given: ModelOptions = {}): Architecture {
  const net = {
    ...{
      name: 'alexnet',
      title: 'AlexNet',
      depth: 5,
      mapChannels: (scaled: (channels: number) => number) => scaled(256),
      baselineBins: 6,
      hiddenLayers: 2,
      dropout: 0.5,
    },
    published: PUBLISHED,
    features: (scaled: (channels: number) => number, fill: Fill): LayerRecord[] => [
      conv('conv1', scaled(64), { kernel: 11, stride: 4, padding: 2, fill }),
      relu('relu1'),
      maxPool('pool1', { kernel: 3, stride: 2 }),
      conv('conv2', scaled(192), { kernel: 5, padding: 2, fill }),
      relu('relu2'),
      maxPool('pool2', { kernel: 3, stride: 2 }),
      conv('conv3', scaled(384), { kernel: 3, padding: 1, fill }),
      relu('relu3'),
      conv('conv4', scaled(256), { kernel: 3, padding: 1, fill }),
      relu('relu4'),
      conv('conv5', scaled(256), { kernel: 3, padding: 1, fill }),
      relu('relu5'),
    ],
    head: (options: ModelSettings, channels: number, fill: Fill): LayerRecord[] => {
      const hidden = scaleWidth(options.hidden, options.width);
      return [
        maxPool('pool5', { kernel: 3, stride: 2 }),
        adaptiveAvgPool('avgpool', 6),
        dropout('drop5', options.dropout),
        fc('fc6', channels * 36, hidden, fill),
        relu('relu6'),
        dropout('drop6', options.dropout),
        fc('fc7', hidden, hidden, fill),
        relu('relu7'),
        fc('fc8', hidden, options.classes, fill),
      ];
    },
  };
  return torchvisionNet(net, given);
}
