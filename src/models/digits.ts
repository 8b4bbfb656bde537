import type { Architecture, ModelOptions } from './architecture.js';
import { conv, relu } from './layers/index.js';
import { smallNet } from './small-net.js';

/**
 * A small SPP-net for digits in pictures of 16 to 96 pixels: three convolutions, stride 4, receptive field 17; the map has 4x4
 * cells for 16 pixels and 24x24 for 96. The paper's pyramid for detection, 1, 2, 3, 6 (section 4.1), goes straight to the
 * classes: strokes, and where in the picture they are, tell a digit. As in the paper, the finest level has as many bins as
 * the baseline's fixed pool.
 */
export function digits(given: ModelOptions = {}): Architecture {
  return smallNet(
    {
      ...{ name: 'digits', title: 'Digits SPP-net', pyramid: [1, 2, 3, 6], inputSize: 24, channels: 16 },
      ...{ baselineBins: 6, hiddenLayers: 0 },
      features: (scaled, fill) => [
        conv('conv1', scaled(16), { kernel: 5, stride: 2, padding: 2, fill }),
        relu('relu1'),
        conv('conv2', scaled(16), { kernel: 3, stride: 2, padding: 1, fill }),
        relu('relu2'),
        conv('conv3', scaled(16), { kernel: 3, padding: 1, fill }),
        relu('relu3'),
      ],
    },
    given,
  );
}
