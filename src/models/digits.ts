import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, resolveOptions, scaleWidth } from './architecture.js';
import { classifierHead } from './heads.js';
import type { LayerRecord } from './layers/index.js';
import { conv, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';

const NAME = 'digits';

/**
 * A small SPP-net for digits in pictures of 16 to 96 pixels: four convolutions, stride 4, receptive field 21; the map has 4x4
 * cells for 16 pixels and 24x24 for 96. The paper's pyramid for detection, 1, 2, 3, 6 (section 4.1). As in the paper, the
 * finest level has as many bins as the baseline's fixed pool.
 */
export function digits(given: ModelOptions = {}): Architecture {
  const options = resolveOptions(
    NAME,
    given,
    {
      ...PAPER_DEFAULTS,
      classes: 10,
      pyramid: [1, 2, 3, 6],
      hidden: 128,
      inputSize: 24,
      inputChannels: 1,
      init: 'he',
      normalisation: 'none',
    },
    ['A'],
  );
  const fill = fillRule(options, 0);
  const [few, channels] = [scaleWidth(16, options.width), scaleWidth(32, options.width)];
  const features: LayerRecord[] = [
    conv('conv1', few, { kernel: 5, stride: 2, padding: 2, fill }),
    relu('relu1'),
    conv('conv2', few, { kernel: 3, padding: 1, fill }),
    relu('relu2'),
    conv('conv3', channels, { kernel: 3, stride: 2, padding: 1, fill }),
    relu('relu3'),
    conv('conv4', channels, { kernel: 3, padding: 1, fill }),
    relu('relu4'),
  ];
  const head = { net: NAME, features, channels, depth: 4, baselineBins: 6, hiddenLayers: 1 };
  return {
    name: NAME,
    title: 'Digits SPP-net',
    input: {
      channels: options.inputChannels,
      size: options.inputSize,
      resize: options.inputSize,
      channelOrder: 'rgb',
      // Grey: ink on black, where a mean of 0 makes the background equal to the padding. Photographs lie around 128.
      mean: options.inputChannels === 1 ? [0] : [128, 128, 128],
      scale: options.inputChannels === 1 ? 1 / 102 : 1 / 128,
    },
    classes: options.classes,
    options,
    features,
    classifier: classifierHead(head, options),
  };
}
