/** The row of each kind of layer against the module that it makes. */
import { expect, test } from 'vitest';
import {
  activation,
  avgPool,
  border,
  flattened,
  graph,
  prelu,
  useForeignKinds,
} from '../../src/models/layers/foreign.js';
import {
  type ActivationLayer,
  type ActivationShape,
  adaptiveAvgPool,
  batchNorm,
  block,
  conv,
  dropout,
  fc,
  fire,
  globalAveragePool,
  kindOf,
  type LayerRecord,
  maxPool,
  relu,
  spp,
  unit,
} from '../../src/models/layers/index.js';
import * as nn from '../../src/nn/index.js';
import { abs, mul } from '../../src/ops/index.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

useForeignKinds();
const fill = { weights: 'he', bias: -0.1 } as const;
const MAP: ActivationShape = [8, 7, 9];

/** A record of every kind, each with an input of its own; the compiler asks for new kinds. */
const RECORDS: { [Type in LayerRecord['type']]: [Extract<LayerRecord, { type: Type }>, ActivationShape][] } = {
  activation: [
    [activation('b', 'leakyRelu', 0.2), MAP],
    [activation('c', 'hardSigmoid', 0.1), MAP],
    [activation('d', 'clip', undefined, { min: -0.5, max: 0.25 }), MAP],
    [activation('e', 'celu', 1.7), MAP],
    [activation('f', 'thresholdedRelu', 0.2), [5]],
    ...(['relu6', 'hardSwish', 'elu', 'selu', 'silu', 'sigmoid', 'softplus', 'tanh'] as const).map(
      (name): [ActivationLayer, ActivationShape] => [activation(name, name), MAP],
    ),
  ],
  adaptiveavgpool: [[adaptiveAvgPool('a', 3), MAP]],
  avgpool: [
    [avgPool('a', { kernel: 2 }), MAP],
    [avgPool('b', { kernel: 3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false }), MAP],
    [avgPool('c', { kernel: [3, 2], stride: [1, 2], padding: [1, 0] }), MAP],
    [avgPool('d', { kernel: 3, stride: 2, countIncludePad: false, border: [0, 2, 1, 0] }), MAP],
  ],
  batchnorm: [
    [batchNorm('a'), MAP],
    [batchNorm('b'), [5]],
  ],
  border: [
    [border('a', [0, 1, 2, 3], 0), MAP],
    [border('b', [1, 0, 0, 0], -1.5), MAP],
  ],
  block: [
    [block('a', [unit('0', '1', 6, { kernel: 3, stride: 2, activation: 'relu6' })], fill), MAP],
    [
      block('b', [unit('c', 'd', 4, { kernel: 3, stride: 2 }), unit('e', 'f', 12)], fill, {
        shortcut: unit('s.0', 's.1', 12, { stride: 2 }),
        activation: 'relu',
      }),
      MAP,
    ],
    [block('c', [unit('c', 'd', 8, { kernel: 3, groups: 8 })], fill, { shortcut: 'identity' }), MAP],
  ],
  conv: [
    [conv('c', 6, { kernel: 3, fill, bias: false }), MAP],
    [conv('a', 6, { kernel: 3, fill }), MAP],
    [conv('d', 6, { kernel: [1, 5], stride: [2, 1], padding: [0, 2], dilation: [1, 2], fill }), MAP],
    [conv('b', 4, { kernel: 5, stride: 2, padding: 2, groups: 2, fill }), MAP],
  ],
  dropout: [[dropout('a', 0.5), [5]]],
  flatten: [
    [flattened('a'), MAP],
    [flattened('b'), [5]],
  ],
  fc: [
    [fc('a', 8 * 7 * 9, 3, fill), MAP],
    [fc('b', 5, 12, fill), [5]],
  ],
  fire: [[fire('a', 2, 3, fill), MAP]],
  globalAveragePool: [[globalAveragePool('a'), MAP]],
  graph: [
    [
      graph('a', [
        { layer: conv('one', 8, { kernel: 3, padding: 1, fill }), inputs: [-1] },
        { layer: relu('two'), inputs: [0] },
        { layer: { type: 'add', name: 'sum' }, inputs: [1, -1, 0] },
      ]),
      MAP,
    ],
    [
      graph('b', [
        { layer: conv('one', 4, { kernel: 5, stride: 2, padding: 2, fill }), inputs: [-1] },
        { layer: maxPool('two', { kernel: 3, stride: 2, padding: 1 }), inputs: [-1] },
        { layer: { type: 'concat', name: 'both' }, inputs: [0, 1] },
      ]),
      MAP,
    ],
    [
      graph('c', [
        { layer: adaptiveAvgPool('squeeze', 1), inputs: [-1] },
        { layer: activation('gate', 'sigmoid'), inputs: [0] },
        { layer: { type: 'mul', name: 'excite' }, inputs: [1, -1] },
      ]),
      MAP,
    ],
  ],
  lrn: [[{ type: 'lrn', name: 'a', mode: 'acrossChannels', size: 5, alpha: 1e-4, beta: 0.75, k: 1 }, MAP]],
  maxpool: [
    [maxPool('a', { kernel: 3, stride: 2 }), MAP],
    [maxPool('c', { kernel: [2, 3], stride: [1, 2], padding: [1, 0], dilation: [2, 1] }), MAP],
    [maxPool('b', { kernel: 3, stride: 2, padding: 1, ceilMode: true }), MAP],
  ],
  prelu: [
    [prelu('a', false), MAP],
    [prelu('b', true), MAP],
  ],
  relu: [[relu('a'), MAP]],
  spp: [[spp('a', [1, 2, 3]), MAP]],
};

const rows = (Object.values(RECORDS).flat() as [LayerRecord, ActivationShape][]).map(
  ([layer, input]) => [`${layer.type} ${layer.name}`, layer, input] as const,
);

test.each(rows)('%s: shapes and state dict are those of its module', async (_name, layer, input) => {
  const device = await testDevice();
  const kind = kindOf(layer);
  expect(kind.type).toBe(layer.type);
  const module = kind.module(layer, { input, device, generator: new Generator(1), activation: 'none' }).eval();
  const y = scope(() => module.forward(randn(device, [2, ...input], { seed: 1 })));
  expect(y.shape).toEqual([2, ...kind.output(layer, input, 'net: layer')]);
  const listed = (kind.parameters?.(layer, input) ?? []).map(({ name, shape }) => [name, shape]);
  expect(listed).toEqual([...module.stateDict()].map(([name, { shape }]) => [name, shape]));
  y.dispose();
  module.dispose();
});

test.each(rows.filter(([, layer]) => kindOf(layer).fusesActivation))(
  '%s runs a ReLU in its kernel',
  async (_name, layer, input) => {
    const device = await testDevice();
    const made = (['none', 'relu'] as const).map((activation) =>
      kindOf(layer).module(layer, { input, device, generator: new Generator(1), activation }),
    );
    const x = randn(device, [2, ...input], { seed: 1 });
    const [plain, fused] = await Promise.all(made.map((module) => scope(() => module.forward(x)).data()));
    expect(plain!.some((value) => value < 0)).toBe(true);
    expect([...fused!]).toEqual(Array.from(plain!, (value) => Math.max(0, value)));
    x.dispose();
    for (const module of made) module.dispose();
  },
);

test.each(rows)('%s: its row tells whether signs stay, and what it is besides', async (_name, layer, input) => {
  const device = await testDevice();
  const { keepsSigns, activation, levels, module: make } = kindOf(layer);
  const module = make(layer, { input, device, generator: new Generator(1), activation: 'none' }).eval();
  const lowest = async (sign: 1 | -1): Promise<number> => {
    const x = abs(randn(device, [2, ...input], { seed: 1 }));
    const y = scope(() => mul(module.forward(mul(x, sign)), sign));
    const values = await y.data();
    x.dispose();
    y.dispose();
    return Math.min(...values);
  };
  if (keepsSigns) for (const sign of [1, -1] as const) expect(await lowest(sign)).toBeGreaterThanOrEqual(0);
  if (kindOf(layer).notNegative?.(layer)) {
    const values = await scope(() => module.forward(randn(device, [2, ...input], { seed: 1 }))).data();
    expect(values.every((value) => value >= 0)).toBe(true);
  }
  expect(module instanceof nn.ReLU).toBe(activation === 'relu');
  expect(module instanceof nn.SpatialPyramidPool2d).toBe(levels !== undefined);
  module.dispose();
});

test('what does not fit is named with its place', () => {
  const tooSmall = conv('conv1', 4, { kernel: 9, fill });
  expect(() => kindOf(tooSmall).output(tooSmall, MAP, 'net: conv1')).toThrow(
    'net: conv1 does not fit its 9x7 input map; enlarge the input',
  );
  const pool = spp('spp5', [1]);
  expect(() => kindOf(pool).output(pool, [5], 'net: spp5')).toThrow(
    'net: spp5 needs a map, it comes after a vector of 5',
  );
});
