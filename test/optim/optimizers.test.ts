import { describe, expect, test } from 'vitest';
import { parameter } from '../../src/nn/module.js';
import { slice } from '../../src/ops/slice.js';
import { transpose } from '../../src/ops/transpose.js';
import { Adam, AdamW, type Optimizer, paperGroups, SGD } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
import { adamRuns, type OptimizerRun, sgdRuns } from '../reference/fixtures.js';
import { openTestDevice, testDevice } from '../setup/device.js';

interface Attrs {
  learningRate: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
  betas?: [number, number];
  epsilon?: number;
  decoupled?: boolean;
}

function build(op: string, weight: Tensor, attrs: Attrs): Optimizer {
  const { learningRate: lr, momentum, nesterov, weightDecay = 0, betas, epsilon, decoupled } = attrs;
  if (op === 'sgd') return new SGD([weight], { lr, momentum, nesterov, weightDecay });
  const options = { lr, weightDecay, ...(betas ? { betas } : {}), ...(epsilon ? { eps: epsilon } : {}) };
  return decoupled ? new AdamW([weight], options) : new Adam([weight], options);
}

const runs: (readonly [string, string, OptimizerRun])[] = [
  ...sgdRuns.map((golden) => [`sgd ${golden.name}`, 'sgd', golden] as const),
  ...adamRuns.map((golden) => [`adam ${golden.name}`, 'adam', golden] as const),
];

describe.each(runs)('%s', (_, op, golden) => {
  test('follows PyTorch step by step, also over a stop and a resume', async () => {
    const device = await testDevice();
    const weight = parameter(tensor(device, golden.start.data));
    let optimizer = build(op, weight, golden.attrs as unknown as Attrs);
    for (const [step, gradient] of golden.gradients.entries()) {
      weight.grad = tensor(device, gradient.data);
      optimizer.step();
      optimizer.zeroGrad();
      expect(weight.grad).toBeNull();
      const values = await weight.data();
      for (const [i, expected] of golden.values[step]!.data.entries()) expect(values[i]).toBeCloseTo(expected, 5);
      if (step === 1) optimizer = await resumed(optimizer, build(op, weight, golden.attrs as unknown as Attrs));
    }
    optimizer.dispose();
  });
});

async function resumed(old: Optimizer, fresh: Optimizer): Promise<Optimizer> {
  const { tensors, numbers } = old.state();
  const entries = await Promise.all(
    [...tensors].map(
      async ([name, buffer]) => [name, { shape: buffer.shape, data: (await buffer.data()) as Float32Array }] as const,
    ),
  );
  fresh.restore({ tensors: new Map(entries), numbers });
  old.dispose();
  return fresh;
}

test('biases learn at twice the rate and do not decay', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [1]));
  const bias = parameter(tensor(device, [1]));
  const groups = paperGroups(
    new Map([
      ['fc.weight', weight],
      ['fc.bias', bias],
    ]),
  );
  const optimizer = new SGD(groups, { lr: 0.1, weightDecay: 0.5 });
  weight.grad = tensor(device, [1]);
  bias.grad = tensor(device, [1]);
  optimizer.step();
  expect(await weight.item()).toBeCloseTo(1 - 0.1 * 1.5, 6);
  expect(await bias.item()).toBeCloseTo(1 - 0.2, 6);
});

test('parameters beyond one binding are updated in pieces; buffers are freed', async () => {
  const device = await openTestDevice({ maxBindingBytes: 4096 });
  const weight = parameter(
    tensor(
      device,
      Float32Array.from({ length: 3001 }, (_, i) => i),
    ),
  );
  const optimizer = new SGD([weight], { lr: 0.5, momentum: 0.9 });
  weight.grad = tensor(device, new Float32Array(3001).fill(2));
  optimizer.step();
  expect((await weight.data()).every((value, i) => value === i - 1)).toBe(true);
  optimizer.zeroGrad();
  optimizer.dispose();
  expect(liveTensorCount(device)).toBe(1);
  device.dispose();
});

test('views and shared weights listed twice are refused', async () => {
  const device = await testDevice();
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  for (const view of [transpose(base, 0, 1), slice(base, [[0, 1]]), slice(base, [1])]) {
    expect(() => new SGD([view], { lr: 1 })).toThrow(
      /^optimizer: parameter 0 \[.*\] is a view of other memory; make it/,
    );
  }
  const weight = parameter(tensor(device, [1]));
  expect(() => new SGD([weight, weight], { lr: 1 })).toThrow('parameter 1 [1] is listed twice');
  const tied = new Map([
    ['a.weight', weight],
    ['b.weight', weight],
  ]);
  expect(paperGroups(tied).flatMap(({ params }) => params)).toEqual([weight]);
});

test('Adam corrects the bias of each parameter by its own steps, also after a resume', async () => {
  const device = await testDevice();
  const [early, late] = [parameter(tensor(device, [1])), parameter(tensor(device, [1]))];
  let adam = new Adam([early, late], { lr: 0.1 });
  const step = (both: boolean) => {
    early.grad = tensor(device, [1]);
    if (both) late.grad = tensor(device, [0.5]);
    adam.step();
    adam.zeroGrad();
  };
  for (let i = 0; i < 50; i++) step(false);
  step(true);
  // The first step of a parameter moves it by the rate, whatever the gradient.
  expect(await late.item()).toBeCloseTo(0.9, 5);
  expect(adam.state().numbers).toMatchObject({ steps: 51, '0.steps': 51, '1.steps': 1 });
  adam = (await resumed(adam, new Adam([early, late], { lr: 0.1 }))) as Adam;
  step(true);
  expect(await late.item()).toBeCloseTo(0.8, 5);
  // A state of old, with the common count only.
  const { tensors, numbers } = adam.state();
  const host = await Promise.all(
    [...tensors].map(async ([name, t]) => [name, { shape: t.shape, data: (await t.data()) as Float32Array }] as const),
  );
  adam.restore({ tensors: new Map(host), numbers: { steps: numbers.steps!, lr: numbers.lr! } });
  expect(adam.state().numbers).toMatchObject({ '0.steps': 52, '1.steps': 52 });
});

test("Adam's square grows by 1 - beta2 of the gradient's, not by what f32 makes of it", async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [0]));
  const adam = new Adam([weight], { betas: [0.9, 0.999] });
  weight.grad = tensor(device, [1]);
  adam.step();
  expect(Math.abs((await adam.state().tensors.get('0.square')!.item()) / 1e-3 - 1)).toBeLessThan(1e-6);
});

test('restoring drops what was gathered since, and refuses short data without a change', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [0]));
  const optimizer = new SGD([weight], { lr: 1, momentum: 0.5 });
  const fresh = { tensors: new Map(), numbers: optimizer.state().numbers };
  const step = () => {
    weight.grad = tensor(device, [1]);
    optimizer.step();
  };
  step();
  const short = new Map([['0.momentum', { shape: [1], data: new Float32Array(0) }]]);
  expect(() => optimizer.restore({ tensors: short, numbers: {} })).toThrow('0.momentum has 0 values for the shape [1]');
  expect(await optimizer.state().tensors.get('0.momentum')!.item()).toBe(1);
  optimizer.restore(fresh);
  expect([optimizer.steps, optimizer.state().tensors.size]).toEqual([0, 0]);
  step(); // without momentum: another 1
  expect(await weight.item()).toBe(-2);
});

test('wrong settings and foreign states are one-line errors', async () => {
  const device = await testDevice();
  const weight = parameter(tensor(device, [1, 2]));
  expect(() => new SGD([weight], { lr: Number.NaN })).toThrow('learning rate NaN is not usable');
  expect(() => new SGD([weight], { lr: 1, nesterov: true })).toThrow('nesterov needs a momentum');
  const optimizer = new SGD([weight], { lr: 1, momentum: 0.9 });
  const state = (name: string, shape: number[]) => ({
    tensors: new Map([[name, { shape, data: new Float32Array(2) }]]),
    numbers: {},
  });
  expect(() => optimizer.restore(state('7.momentum', [2]))).toThrow(
    /has 7\.momentum, this optimizer keeps .*momentum for each of \d+ parameters; restore it into an optimizer of/,
  );
  expect(() => optimizer.restore(state('0.momentum', [3]))).toThrow('has shape [3], its parameter has [2]');
});
