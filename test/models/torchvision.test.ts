/** The networks of torchvision: the same tensors by its names, and the same answers with weights that both make of a hash. */
import { describe, expect, test } from 'vitest';
import { matchParameters } from '../../src/models/match-parameters.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';
import fixture from './fixtures/torchvision.json';

interface Summary {
  shape: number[];
  first: number[];
  mean: number;
  magnitude: number;
}

interface Entry {
  tensors: Record<string, number[]>;
  runs?: { size: [number, number]; features: Summary; logits: Summary }[];
}

const nets = Object.entries(fixture.nets as unknown as Record<string, Entry>);

/** The numbers of `make_torchvision_goldens.py`. */
function noise(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    let x = (i + Math.imul(seed, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

function weights(name: string, shape: readonly number[], seed: number): Float32Array {
  const fanIn = shape.slice(1).reduce((product, n) => product * n, 1);
  const [scale, offset] =
    shape.length > 1
      ? [Math.sqrt(6 / fanIn), 0]
      : name.endsWith('running_var')
        ? [0.5, 1]
        : [0.1, /(bias|running_mean)$/.test(name) ? 0 : 1];
  return noise(
    shape.reduce((product, n) => product * n, 1),
    seed,
  ).map((u) => offset + scale * u);
}

async function expectLike(x: Tensor, { shape, first, mean, magnitude }: Summary) {
  expect(x.shape).toEqual(shape);
  const values = Array.from(await x.data());
  const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(1e-4 * (magnitude + Math.abs(b)));
  for (const [i, value] of first.entries()) near(values[i]!, value);
  near(values.reduce((sum, v) => sum + v, 0) / values.length, mean);
  near(values.reduce((sum, v) => sum + Math.abs(v), 0) / values.length, magnitude);
}

test.each(nets)('%s has the tensors of torchvision, and finds them by its names', (name, { tensors }) => {
  const available = new Map(Object.entries({ ...tensors, 'bn1.num_batches_tracked': [] }));
  const specs = parameterSpecs(buildArchitecture(name));
  const match = matchParameters(specs, available);
  expect({ ...match, matched: match.matched.length }).toEqual({
    matched: Object.keys(tensors).length,
    missing: [],
    unused: [],
    mismatched: [],
  });
});

describe.each(nets.filter(([, { runs }]) => runs))('%s', (name, { tensors, runs }) => {
  test('answers as torchvision for pictures of three sizes', async () => {
    const device = await testDevice();
    // Half a gigabyte of fully connected weights would show nothing that those of ResNet do not.
    const connected = tensors['classifier.6.weight'] !== undefined;
    const architecture = buildArchitecture(name, connected ? { hidden: 8 } : {});
    const network = new Network(architecture, { device, generator: new Generator(1) }).eval();
    const names = Object.keys(tensors);
    const specs = parameterSpecs(architecture).filter((spec) => !connected || spec.name.startsWith('features.'));
    const { matched } = matchParameters(specs, new Map(Object.entries(tensors)));
    const state = matched.map(({ target, source }) => {
      const shape = tensors[source]!;
      return [target, { shape, data: weights(source, shape, names.indexOf(source)) }] as const;
    });
    network.loadStateDict(new Map(state), { strict: false });
    for (const { size, features, logits } of runs!) {
      const [height, width] = size;
      const picture = noise(3 * height * width, height).map((u) => 2 * u);
      const x = tensor(device, picture, { shape: [1, 3, height, width] });
      const maps = scope(() => network.features.forward(x));
      await expectLike(maps, features);
      if (!connected)
        await expectLike(
          scope(() => network.classifier.forward(maps)),
          logits,
        );
      for (const each of [x, maps]) each.dispose();
    }
    network.dispose();
  });
});
