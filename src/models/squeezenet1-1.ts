import { made } from '../runtime/made.js';
import type { Architecture, ModelOptions, ModelSettings } from './architecture.js';
import { squeezenetFeatures, squeezenetHead } from './squeezenet11.js';
import { torchvisionNet } from './torchvision.js';

/** torchvision's number of each fire block; it calls the first part of one `squeeze`. */
const FIRES = { 2: 3, 3: 4, 4: 6, 5: 7, 6: 9, 7: 10, 8: 11, 9: 12 };

const PUBLISHED = made(() => ({
  'features.conv1': 'features.0',
  ...Object.fromEntries(
    Object.entries(FIRES).flatMap(([fire, index]) => [
      [`features.fire${fire}`, `features.${index}`],
      [`features.fire${fire}.squeeze1x1`, `features.${index}.squeeze`],
    ]),
  ),
  'classifier.conv10': 'classifier.1',
}));

/** SqueezeNet 1.1 with torchvision's weights and input; layers and pyramid as in `squeezenet11`. */
export function squeezenet1_1(given: ModelOptions = {}): Architecture {
  const net = {
    ...{
      name: 'squeezenet1_1',
      title: 'SqueezeNet 1.1 (torchvision)',
      depth: 9,
      mapChannels: (scaled: (channels: number) => number) => 2 * scaled(256),
    },
    ...{ baselineBins: 6, hiddenLayers: 2, dropout: 0.5, published: PUBLISHED },
    features: squeezenetFeatures,
    head: (options: ModelSettings, _channels: number, fill: Parameters<typeof squeezenetHead>[1]) =>
      squeezenetHead(options, fill),
  };
  return torchvisionNet(net, given);
}
