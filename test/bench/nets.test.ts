import { expect, test } from 'vitest';
import { multiplyAddsOf, parametersOf, ZF5_NARROW } from '../../src/bench/nets.js';
import { profileModel } from '../../src/models/profile.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';

const zf5 = buildArchitecture('zf5', { width: 1 / 8, classes: 20, normalisation: 'none', dropout: 0 });

test('the narrow ZF-5 of the benchmark is the one of the models: parameters and their shapes', () => {
  const expected = parameterSpecs(zf5).map(({ name, shape }) => [name.slice(name.indexOf('.') + 1), [...shape]]);
  expect(Object.entries(parametersOf(ZF5_NARROW))).toEqual(expected);
});

test('the narrow ZF-5 of the benchmark is the one of the models: strides, paddings, rounding, levels', () => {
  const facts = (layers: readonly object[]) =>
    layers
      .filter((layer) => ['conv', 'maxpool', 'spp', 'fc'].includes((layer as { type: string }).type))
      .map((layer) => {
        const { type, kernel, stride, ceilMode, levels } = layer as Record<string, unknown>;
        const padding = type === 'conv' ? (layer as { padding: number }).padding : undefined;
        return { type, kernel, stride, ceilMode, levels, padding };
      });
  expect(facts(ZF5_NARROW.layers)).toEqual(facts([...zf5.features, ...zf5.classifier]));
});

test('its multiply-adds are those that `sppgpu models` prints', () => {
  const multiplyAdds = multiplyAddsOf(ZF5_NARROW).reduce((total, count) => total + count, 0);
  const { flops } = profileModel(zf5, 224);
  expect(flops / (2 * multiplyAdds)).toBeCloseTo(1, 2);
});
