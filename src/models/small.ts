import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, resolveOptions, scaleWidth } from './architecture.js';
import { classifierHead } from './heads.js';
import type { LayerRecord } from './layers/index.js';
import { conv, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';

const NAME = 'small';

/**
 * A small SPP-net for digits and other pictures around 28..36 pixels: three convolutions, stride 2, receptive field 13,
 * pyramid 1, 2, 4 on a 14x14 map at 28. No pool before the pyramid: bins of several cells change less from one picture
 * size to the next. As in the paper, the finest level has as many bins as the baseline's fixed pool.
 */
export function small(given: ModelOptions = {}): Architecture {
  const options = resolveOptions(
    NAME,
    given,
    {
      ...PAPER_DEFAULTS,
      classes: 10,
      pyramid: [1, 2, 4],
      hidden: 128,
      inputSize: 28,
      inputChannels: 1,
      init: 'he',
      normalisation: 'none',
    },
    ['A'],
  );
  const fill = fillRule(options, 0);
  const channels = (count: number): number => scaleWidth(count, options.width);
  const features: LayerRecord[] = [
    conv('conv1', channels(16), { kernel: 5, stride: 2, padding: 2, fill }),
    relu('relu1'),
    conv('conv2', channels(16), { kernel: 3, padding: 1, fill }),
    relu('relu2'),
    conv('conv3', channels(32), { kernel: 3, padding: 1, fill }),
    relu('relu3'),
  ];
  const head = { net: NAME, features, channels: channels(32), depth: 3, baselineBins: 4, hiddenLayers: 1 };
  return {
    name: NAME,
    title: 'Small SPP-net',
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
