import { describe, expect, test } from 'vitest';
import { parameter } from '../../src/nn/module.js';
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
  expect(() => optimizer.restore(state('7.momentum', [2]))).toThrow('belongs to another optimizer or model');
  expect(() => optimizer.restore(state('0.momentum', [3]))).toThrow('has shape [3], its parameter has [2]');
});
