/** Activations as modules: the values of their formulas, and options that are misspelt. */
import { expect, test } from 'vitest';
import {
  ELU,
  GELU,
  Hardswish,
  LeakyReLU,
  type Module,
  ReLU,
  ReLU6,
  Sigmoid,
  SiLU,
  Softplus,
  Tanh,
} from '../../src/nn/index.js';
import { tensor } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const XS = [-7, -2.5, -1, -0.1, 0, 0.3, 1, 2.5, 5, 7];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const tanhGelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const MODULES: [string, () => Module, (x: number) => number][] = [
  ['ReLU', () => new ReLU(), (x) => Math.max(0, x)],
  ['LeakyReLU', () => new LeakyReLU({ negativeSlope: 0.2 }), (x) => (x > 0 ? x : 0.2 * x)],
  ['ReLU6', () => new ReLU6(), (x) => Math.min(6, Math.max(0, x))],
  ['GELU', () => new GELU({ approximate: 'tanh' }), tanhGelu],
  ['SiLU', () => new SiLU(), (x) => x * sigmoid(x)],
  ['Hardswish', () => new Hardswish(), (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6],
  ['Softplus', () => new Softplus({ beta: 2 }), (x) => Math.log(1 + Math.exp(2 * x)) / 2],
  ['ELU', () => new ELU({ alpha: 0.5 }), (x) => (x > 0 ? x : 0.5 * Math.expm1(x))],
  ['Sigmoid', () => new Sigmoid(), sigmoid],
  ['Tanh', () => new Tanh(), Math.tanh],
];

test.each(MODULES)('%s', async (_, make, formula) => {
  const found = await make()
    .forward(tensor(await testDevice(), XS))
    .data();
  for (const [i, x] of XS.entries()) expect(found[i], `${x}`).toBeCloseTo(formula(x), 5);
});

test('an option that is misspelt is named', () => {
  expect(() => new ELU({ alfa: 1 } as never)).toThrow(/ELU: .*alfa/);
});
