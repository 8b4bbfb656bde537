import { expect, test } from 'vitest';
import { headChoice, type RecipeFlags } from '../../src/cli/detect/recipe-options.js';
import { buildArchitecture } from '../../src/models/registry.js';

const choice = (net: string, flags: Partial<RecipeFlags> = {}) =>
  headChoice(flags as RecipeFlags, buildArchitecture(net, {}));

test('a net without a pyramid of its own gives its pooled vectors as they are, of three levels', () => {
  expect(choice('squeezenet11')).toEqual({ tuning: false, levels: [1, 2, 3] });
  expect(choice('squeezenet11', { levels: [1, 4] })).toEqual({ tuning: false, levels: [1, 4] });
});

test('layers on a pyramid of their own are tuned, unless the flags say otherwise', () => {
  expect(choice('zf5').tuning).toBe(true);
  expect(choice('zf5', { tuning: false }).tuning).toBe(false);
});

test('a flag of the tuning asks for it, with the levels of the paper', () => {
  for (const flags of [{ tuning: true }, { steps: 400 }, { lr: 0.01 }, { schedule: 'fresh' } as const]) {
    expect(choice('squeezenet11', flags)).toEqual({ tuning: true, levels: [1, 2, 3, 6] });
  }
});
