/** Networks that are written as ONNX files and read again. */
import { expect, test } from 'vitest';
import type { ModelOptions } from '../../src/models/architecture.js';
import { Network } from '../../src/models/network.js';
import { encodeOnnx } from '../../src/models/onnx/encode-onnx.js';
import type { OnnxOptions } from '../../src/models/onnx/export-network.js';
import { openModel } from '../../src/models/open-model.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { Generator } from '../../src/tensor/generator.js';
import { testDevice } from '../setup/device.js';

import { expectAlike, scoresOf } from './foreign-onnx.js';

const NARROW = { width: 0.02, hidden: 8, classes: 3, init: 'he' } as const;

test.each<[string, ModelOptions, OnnxOptions]>([
  ['zf5', { pyramid: [1, 2, 3] }, {}],
  ['small', { pyramid: [1, 2, 3] }, { roiPool: false }],
  ['squeezenet1_1', {}, { probabilities: 'softmax' }],
  ['alexnet', {}, {}],
  ['resnet18', { pyramid: [1, 2] }, {}],
  ['mobilenetv2', {}, {}],
  ['small', { pyramid: 'none' }, {}],
])('%s %j comes back with the same scores', async (name, options, how) => {
  const device = await testDevice();
  // Within a channel: ONNX has no node for it, so it does not come back as one.
  const normalisation = name === 'zf5' ? ({ normalisation: 'acrossChannels' } as const) : {};
  const architecture = buildArchitecture(name, { ...NARROW, ...normalisation, ...options });
  const network = new Network(architecture, { device, generator: new Generator(1) }).eval();
  const labels = ['a', 'b', 'c'];
  const opened = await openModel(await encodeOnnx(network, { labels, ...how }), device);
  expect(opened.classes).toEqual(labels);
  expect(opened.network.architecture.input).toMatchObject({
    ...architecture.input,
    mean: [...architecture.input.mean],
  });
  const { size } = architecture.input;
  for (const sides of options.pyramid === 'none'
    ? [[size, size] as const]
    : ([
        [97, 131],
        [140, 104],
      ] as const)) {
    expectAlike(await scoresOf(opened.network, sides), await scoresOf(network, sides));
  }
  network.dispose();
  opened.network.dispose();
});
