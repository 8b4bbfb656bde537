import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, lrn, resolveOptions, scaleWidth } from './architecture.js';
import type { LayerRecord } from './layers/index.js';
import { conv, maxPool, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

const NAME = 'convnet5';

/**
 * Convnet*-5 (paper, Table 1): Krizhevsky's net with the first two pools moved behind conv2 and conv3, no groups.
 * Stride 16, receptive field 131, 13x13 at 224. LRN constants are unpublished: Krizhevsky's are the default.
 */
export function convnet5(given: ModelOptions = {}): Architecture {
  const options = resolveOptions(NAME, given, PAPER_DEFAULTS, ['A', 'half']);
  const half = options.padding === 'half';
  const channels = (count: number): number => scaleWidth(count, options.width);
  const pool = (name: string): LayerRecord => maxPool(name, { kernel: 3, stride: 2, padding: half ? 1 : 0 });
  const features: LayerRecord[] = [
    conv('conv1', channels(96), { kernel: 11, stride: 4, padding: half ? 5 : 2, fill: fillRule(options, 0) }),
    relu('relu1'),
    ...lrn('norm1', options.normalisation),
    conv('conv2', channels(256), { kernel: 5, padding: 2, fill: fillRule(options, 1) }),
    relu('relu2'),
    ...lrn('norm2', options.normalisation),
    pool('pool2'),
    conv('conv3', channels(384), { kernel: 3, padding: 1, fill: fillRule(options, 0) }),
    relu('relu3'),
    pool('pool3'),
    conv('conv4', channels(384), { kernel: 3, padding: 1, fill: fillRule(options, 1) }),
    relu('relu4'),
    conv('conv5', channels(256), { kernel: 3, padding: 1, fill: fillRule(options, 1) }),
    relu('relu5'),
  ];
  return pyramidNet({ name: NAME, title: 'Convnet*-5', features, channels: channels(256), depth: 5 }, options);
}
