import type { Architecture, ModelOptions } from './architecture.js';
import { conv, relu } from './layers/index.js';
import { smallNet } from './small-net.js';

/**
 * A small SPP-net for digits and other pictures around 28..36 pixels: three convolutions, stride 2, receptive field 13,
 * pyramid 1, 2, 4 on a 14x14 map at 28. No pool before the pyramid: bins of several cells change less from one picture
 * size to the next. As in the paper, the finest level has as many bins as the baseline's fixed pool.
 */
export function small(given: ModelOptions = {}): Architecture {
  return smallNet(
    {
      ...{ name: 'small', title: 'Small SPP-net', pyramid: [1, 2, 4], inputSize: 28, channels: 32 },
      ...{ baselineBins: 4, hiddenLayers: 1 },
      features: (scaled, fill) => [
        conv('conv1', scaled(16), { kernel: 5, stride: 2, padding: 2, fill }),
        relu('relu1'),
        conv('conv2', scaled(16), { kernel: 3, padding: 1, fill }),
        relu('relu2'),
        conv('conv3', scaled(32), { kernel: 3, padding: 1, fill }),
        relu('relu3'),
      ],
    },
    given,
  );
}
