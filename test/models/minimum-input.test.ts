/** What the geometry promises, the ops keep: every network trains on its smallest picture. */
import { describe, expect, it } from 'vitest';
import type { ModelOptions } from '../../src/models/architecture.js';
import { minimumInput, slidingLayers } from '../../src/models/geometry.js';
import { Network } from '../../src/models/network.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../src/models/registry.js';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { SGD } from '../../src/optim/sgd.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { randn } from '../../src/tensor/random.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

const paddings = ['A', 'B', 'half'] as const;
const nets = [
  ...ARCHITECTURE_NAMES.filter((name) => name !== 'zf5').map((name) => [name, {}] as const),
  ...paddings.map((padding) => ['zf5', { padding }] as const),
];

describe('the smallest picture', () => {
  it.each([
    ['zf5', { padding: 'B' }, 31],
    ['squeezenet11', {}, 17],
  ] as const)('of %s %j has %i pixels a side', (name, options, side) => {
    expect(minimumInput(buildArchitecture(name, options).features)).toBe(side);
  });

  it.each(nets)('of %s %j can be trained on', async (name, options: ModelOptions) => {
    const device = await testDevice();
    const plan = { ...options, classes: 3, width: 0.05, hidden: 8, dropout: 0 };
    const architecture = buildArchitecture(name, plan);
    const side = minimumInput(slidingLayers(architecture));
    const net = new Network(architecture, { device, generator: new Generator(1) });
    // Two maps of one cell each have no statistics of their own: normalised by them, any two values are 1 and -1.
    net.freezeStatistics();
    const before = net.parameters()[0]!;
    const sgd = new SGD(net.parameters(), { lr: 0.1 });
    const first = await before.data();
    const loss = scope(() => {
      const x = randn(device, [2, architecture.options.inputChannels, side, side + 3], { seed: 1 });
      const loss = crossEntropy(net.forward(x), tensor(device, Int32Array.of(0, 2)));
      loss.backward();
      sgd.step();
      return loss;
    });
    expect(await loss.item()).toBeGreaterThan(0);
    const after = await before.data();
    expect(after.every(Number.isFinite)).toBe(true);
    expect(after).not.toEqual(first);
    loss.dispose();
    net.dispose();
  });
});
