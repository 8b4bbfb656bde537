import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, lrn, resolveOptions, scaleWidth } from './architecture.js';
import type { LayerRecord } from './layers/index.js';
import { conv, maxPool, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

/**
 * Overfeat with `depth` convolutions as the paper modified it (Table 1): pool1 before LRN, conv3 and later all
 * 512 x 3x3, stride 12, 18x18 at 224. LRN constants are unpublished: Krizhevsky's are the default.
 */
export function overfeat(name: string, depth: 5 | 7, given: ModelOptions): Architecture {
  const options = resolveOptions(name, given, PAPER_DEFAULTS, ['A', 'half']);
  const half = options.padding === 'half';
  const channels = (count: number): number => scaleWidth(count, options.width);
  const features: LayerRecord[] = [
    conv('conv1', channels(96), { kernel: 7, stride: 2, padding: half ? 3 : 1, fill: fillRule(options, 0) }),
    relu('relu1'),
    maxPool('pool1', { kernel: 3, padding: half ? 1 : 0 }),
    ...lrn('norm1', options.normalisation),
    conv('conv2', channels(256), { kernel: 5, padding: 2, fill: fillRule(options, 1) }),
    relu('relu2'),
    maxPool('pool2', { kernel: 2, padding: half ? 1 : 0 }),
  ];
  for (let index = 3; index <= depth; index += 1) {
    const fill = fillRule(options, index === 3 ? 0 : 1);
    features.push(conv(`conv${index}`, channels(512), { kernel: 3, padding: 1, fill }), relu(`relu${index}`));
  }
  return pyramidNet({ name, title: `Overfeat-${depth}`, features, channels: channels(512), depth }, options);
}
