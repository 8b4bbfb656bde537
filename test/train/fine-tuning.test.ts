/** Which parameters a run trains, and at which share of the rate. */
import { describe, expect, test } from 'vitest';
import { SGD } from '../../src/optim/sgd.js';
import { ones, zeros } from '../../src/tensor/create.js';
import { checkRates, fineTuningGroups, frozenNames } from '../../src/train/fine-tuning.js';
import { warmupShare } from '../../src/train/warmup.js';
import { testDevice } from '../setup/device.js';

const NAMES = [
  ...['features.conv1.weight', 'features.conv1.bias', 'features.conv10.weight'],
  ...['classifier.fc2.weight', 'classifier.fc2.bias'],
];

async function parameters() {
  const device = await testDevice();
  return new Map(NAMES.map((name) => [name, zeros(device, [4], { requiresGrad: true })]));
}

describe('parts', () => {
  test('are whole words of names: conv1 is not conv10', () => {
    expect(frozenNames(NAMES, { freeze: ['conv1'] })).toEqual(['features.conv1.weight', 'features.conv1.bias']);
    expect(frozenNames(NAMES, { freeze: ['features'] })).toEqual(NAMES.slice(0, 3));
    expect(frozenNames(NAMES, { freeze: ['features.conv1.weight'] })).toEqual(['features.conv1.weight']);
    expect(frozenNames(NAMES, {})).toEqual([]);
  });

  test('that do not exist are named, with those that do', () => {
    const message = /no part conv3; there are features, conv1, conv10, classifier, fc2/;
    expect(() => frozenNames(NAMES, { freeze: ['conv3'] })).toThrow(message);
    expect(() => checkRates(NAMES, { rates: { conv3: 1 } })).toThrow(message);
  });

  test('something must be left to train', () => {
    expect(() => frozenNames(NAMES, { freeze: ['features', 'classifier'] })).toThrow(/is the whole network/);
  });

  test.each([-0.1, Number.NaN, Number.POSITIVE_INFINITY])('a factor of %s is refused', (factor) => {
    expect(() => checkRates(NAMES, { rates: { features: factor } })).toThrow(/give a number >= 0/);
  });
});

describe('groups', () => {
  test('number the parameters as without rates; biases keep twice the rate and no decay; the longest name counts', async () => {
    const all = await parameters();
    const names = new Map([...all].map(([name, tensor]) => [tensor, name]));
    const groups = fineTuningGroups(all, { rates: { features: 0.1, 'features.conv1': 0.5 } });
    const shown = groups.map(({ params, lrMultiplier, decayMultiplier = 1 }) => [
      params.map((tensor) => names.get(tensor)),
      lrMultiplier,
      decayMultiplier,
    ]);
    expect(shown).toEqual([
      [['features.conv1.weight'], 0.5, 1],
      [['features.conv10.weight'], 0.1, 1],
      [['classifier.fc2.weight'], 1, 1],
      [['features.conv1.bias'], 1, 0],
      [['classifier.fc2.bias'], 2, 0],
    ]);
    const plain = fineTuningGroups(all, {});
    expect(groups.flatMap(({ params }) => params)).toEqual(plain.flatMap(({ params }) => params));
  });

  test('leave out what is frozen, which asks for no gradient any more', async () => {
    const all = await parameters();
    const groups = fineTuningGroups(all, { freeze: ['features'] });
    expect(groups.flatMap(({ params }) => params)).toEqual([...all.values()].slice(3));
    expect([...all.values()].map(({ requiresGrad }) => requiresGrad)).toEqual([false, false, false, true, true]);
    // Nothing but weights is left here: there is no group without parameters.
    expect(fineTuningGroups(await parameters(), { freeze: ['features', 'fc2.bias'] })).toHaveLength(1);
  });

  test('a step moves each part by its rate', async () => {
    const all = await parameters();
    const device = await testDevice();
    const sgd = new SGD(fineTuningGroups(all, { freeze: ['conv1'], rates: { features: 0.25 } }), { lr: 1 });
    for (const tensor of all.values()) if (tensor.requiresGrad) tensor.grad = ones(device, [4]);
    sgd.step();
    const values = await Promise.all([...all.values()].map((tensor) => tensor.data()));
    expect(values.map(([first]) => first)).toEqual([0, 0, -0.25, -1, -2]);
  });
});

test('the warm-up rises in equal steps to the whole rate', () => {
  expect([0, 1, 2, 3, 4, 100].map((step) => warmupShare(step, 4))).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  expect(warmupShare(0, 0)).toBe(1);
});
