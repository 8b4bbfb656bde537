import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import {
  type BlockUnit,
  block,
  dropout,
  type Fill,
  fc,
  globalAveragePool,
  type LayerRecord,
  unit,
} from './layers/index.js';
import { torchvisionNet } from './torchvision.js';

/** Expansion, channels, number and first stride of the inverted residual blocks (the paper's Table 2). */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** 1x1 up, 3x3 by channel, 1x1 down; the input is added where it has the output's shape. */
function invertedResidual(name: string, before: number, out: number, expansion: number, stride: number, fill: Fill) {
  const inner = before * expansion;
  const narrow = expansion === 1;
  const units: BlockUnit[] = [
    ...(narrow ? [] : [unit('conv.0.0', 'conv.0.1', inner, { activation: 'relu6' })]),
    unit(narrow ? 'conv.0.0' : 'conv.1.0', narrow ? 'conv.0.1' : 'conv.1.1', inner, {
      ...{ kernel: 3, stride, groups: inner, activation: 'relu6' },
    }),
    unit(narrow ? 'conv.1' : 'conv.2', narrow ? 'conv.2' : 'conv.3', out),
  ];
  return block(name, units, fill, { shortcut: stride === 1 && before === out ? 'identity' : 'none' });
}

/** MobileNetV2 (Sandler et al. 2018), 3.5 million parameters; the last map has 1280 channels at stride 32. */
export function mobilenetv2(given: ModelOptions = {}): Architecture {
  const features = (scaled: (channels: number) => number, fill: Fill): LayerRecord[] => {
    const layers: LayerRecord[] = [
      block('block0', [unit('0', '1', scaled(32), { kernel: 3, stride: 2, activation: 'relu6' })], fill),
    ];
    let before = scaled(32);
    for (const [expansion, channels, count, first] of STAGES) {
      for (let i = 0; i < count; i++) {
        const name = `block${layers.length}`;
        layers.push(invertedResidual(name, before, scaled(channels), expansion, i === 0 ? first : 1, fill));
        before = scaled(channels);
      }
    }
    return [...layers, block('block18', [unit('0', '1', scaled(1280), { activation: 'relu6' })], fill)];
  };
  const blocks = Array.from({ length: 19 }, (_, i) => [`features.block${i}`, `features.${i}`]);
  const net = {
    ...{
      name: 'mobilenetv2',
      title: 'MobileNetV2',
      depth: 18,
      mapChannels: (scaled: (channels: number) => number) => scaled(1280),
    },
    ...{ baselineBins: 7, hiddenLayers: 0, dropout: 0.2 },
    published: { ...Object.fromEntries(blocks), 'classifier.fc': 'classifier.1' },
    features,
    head: (options: ModelSettings, channels: number, fill: Fill): LayerRecord[] => [
      globalAveragePool('avgpool'),
      dropout('drop', options.dropout),
      fc('fc', channels, options.classes, fill),
    ],
  };
  return torchvisionNet(net, given);
}
