import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import {
  batchNorm,
  block,
  conv,
  type Fill,
  fc,
  globalAveragePool,
  type LayerRecord,
  maxPool,
  relu,
  unit,
} from './layers/index.js';
import { torchvisionNet } from './torchvision.js';

const STAGES = [64, 128, 256, 512];

/**
 * ResNet (He et al. 2015) as torchvision has it, with the stride in the 3x3 convolution of a bottleneck. Its stages are called
 * `layer1.0` to `layer4.2`; the last map has stride 32. Behind an SPP head there is one fully connected layer, as in the
 * published one, for thousands of channels by 50 bins are enough.
 */
function resnet(
  depth: 18 | 34 | 50,
  counts: readonly number[],
  bottleneck: boolean,
  given: ModelOptions,
): Architecture {
  const expansion = bottleneck ? 4 : 1;
  const stages = (scaled: (channels: number) => number, fill: Fill): LayerRecord[] => {
    let before = scaled(64);
    return STAGES.flatMap((width, stage) =>
      Array.from({ length: counts[stage]! }, (_, i): LayerRecord => {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const [inner, out] = [scaled(width), scaled(width * expansion)];
        const shortcut =
          stride > 1 || before !== out ? unit('downsample.0', 'downsample.1', out, { stride }) : ('identity' as const);
        before = out;
        const units = bottleneck
          ? [
              unit('conv1', 'bn1', inner, { activation: 'relu' }),
              unit('conv2', 'bn2', inner, { kernel: 3, stride, activation: 'relu' }),
              unit('conv3', 'bn3', out),
            ]
          : [
              unit('conv1', 'bn1', inner, { kernel: 3, stride, activation: 'relu' }),
              unit('conv2', 'bn2', out, { kernel: 3 }),
            ];
        return block(`layer${stage + 1}.${i}`, units, fill, { shortcut, activation: 'relu' });
      }),
    );
  };
  const net = {
    name: `resnet${depth}`,
    title: `ResNet-${depth}`,
    depth: 5,
    mapChannels: (scaled: (channels: number) => number) => scaled(512 * expansion),
    baselineBins: 7,
    hiddenLayers: 0,
    dropout: 0,
    features: (scaled: (channels: number) => number, fill: Fill): LayerRecord[] => [
      conv('conv1', scaled(64), { kernel: 7, stride: 2, padding: 3, fill, bias: false }),
      batchNorm('bn1'),
      relu('relu'),
      maxPool('maxpool', { kernel: 3, stride: 2, padding: 1 }),
      ...stages(scaled, fill),
    ],
    head: ({ classes }: ModelSettings, channels: number, fill: Fill): LayerRecord[] => [
      globalAveragePool('avgpool'),
      fc('fc', channels, classes, fill),
    ],
  };
  return torchvisionNet(net, given);
}

/** 18 layers, 11.7 million parameters. */
export const resnet18 = (options: ModelOptions = {}): Architecture => resnet(18, [2, 2, 2, 2], false, options);
/** 34 layers, 21.8 million parameters. */
export const resnet34 = (options: ModelOptions = {}): Architecture => resnet(34, [3, 4, 6, 3], false, options);
/** 50 layers in bottlenecks, 25.6 million parameters. */
export const resnet50 = (options: ModelOptions = {}): Architecture => resnet(50, [3, 4, 6, 3], true, options);
