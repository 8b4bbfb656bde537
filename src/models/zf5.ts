import type { Architecture, ModelOptions } from './architecture.js';
import { fillRule, lrn, resolveOptions, scaleWidth } from './architecture.js';
import type { LayerRecord } from './layers/index.js';
import { conv, maxPool, relu } from './layers/index.js';
import { PAPER_DEFAULTS } from './paper-defaults.js';
import { pyramidNet } from './pyramid-net.js';

const NAME = 'zf5';

/**
 * ZF-5, the "fast" net of Zeiler and Fergus (paper, Table 1; constants of the released prototxt): five convolutions,
 * stride 16, receptive field 139. `padding` A has the 27x27 map of the table after conv2, B the released 26x26; both end at 13x13.
 */
export function zf5(given: ModelOptions = {}): Architecture {
  const options = resolveOptions(NAME, given, { ...PAPER_DEFAULTS, padding: 'B', normalisation: 'withinChannel' }, [
    'A',
    'B',
    'half',
  ]);
  const half = options.padding === 'half';
  const channels = (count: number): number => scaleWidth(count, options.width);
  const pool = (name: string, ceilMode: boolean): LayerRecord =>
    maxPool(name, { kernel: 3, stride: 2, padding: half ? 1 : 0, ceilMode: ceilMode && !half });
  const features: LayerRecord[] = [
    conv('conv1', channels(96), { kernel: 7, stride: 2, padding: half ? 3 : 1, fill: fillRule(options, 0) }),
    relu('relu1'),
    ...lrn('norm1', options.normalisation),
    pool('pool1', true),
    conv('conv2', channels(256), {
      kernel: 5,
      stride: 2,
      padding: { A: 1, B: 0, half: 2 }[options.padding],
      fill: fillRule(options, 1),
    }),
    relu('relu2'),
    ...lrn('norm2', options.normalisation),
    pool('pool2', options.padding === 'B'),
    conv('conv3', channels(384), { kernel: 3, padding: 1, fill: fillRule(options, 0) }),
    relu('relu3'),
    conv('conv4', channels(384), { kernel: 3, padding: 1, fill: fillRule(options, 1) }),
    relu('relu4'),
    conv('conv5', channels(256), { kernel: 3, padding: 1, fill: fillRule(options, 1) }),
    relu('relu5'),
  ];
  return pyramidNet({ name: NAME, title: 'ZF-5', features, channels: channels(256), depth: 5 }, options);
}
