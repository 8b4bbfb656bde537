/** Normalisation modules: running statistics, evaluation, frozen statistics; and what else holds parameters of its own. */
import { beforeAll, expect, test } from 'vitest';
import { BatchNorm2d, ConvTranspose2d, Embedding, GroupNorm, LayerNorm, Sequential } from '../../src/nn/index.js';
import { sum } from '../../src/ops/sum.js';
import type { Device } from '../../src/runtime/device.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** Two channels: 1, 3, 5, 7 with mean 4 and sample variance 20 / 3; and all 2. */
const maps = () => tensor(device, [1, 3, 2, 2, 5, 7, 2, 2], { shape: [2, 2, 1, 2] });
const buffers = async (module: BatchNorm2d) =>
  Promise.all(['running_mean', 'running_var'].map(async (name) => [...(await module.stateDict().get(name)!.data())]));

test('in training the running statistics move towards the batch, by the sample variance; evaluation goes by them', async () => {
  const module = new BatchNorm2d(2, { device, momentum: 0.5 });
  expect([...module.stateDict().keys()]).toEqual(['weight', 'bias', 'running_mean', 'running_var']);
  expect(module.parameters()).toHaveLength(2);
  const y = await module.forward(maps()).data();
  expect(y[0]).toBeCloseTo((1 - 4) / Math.sqrt(5 + 1e-5), 5);
  const [mean, variance] = await buffers(module);
  expect(mean).toEqual([2, 1]);
  expect(variance![0]).toBeCloseTo(0.5 + 20 / 6, 5);
  expect(variance![1]).toBeCloseTo(0.5, 6);
  const evaluated = await module.eval().forward(maps()).data();
  expect(evaluated[0]).toBeCloseTo((1 - 2) / Math.sqrt(0.5 + 20 / 6 + 1e-5), 5);
  expect(await buffers(module)).toEqual([mean, variance]);
});

test('frozen statistics stay in training, and the gradient does not go through them', async () => {
  const module = new BatchNorm2d(2, { device });
  module.frozen = true;
  const x = maps();
  x.requiresGrad = true;
  sum(module.forward(x)).backward();
  expect(await buffers(module)).toEqual([
    [0, 0],
    [1, 1],
  ]);
  const gradient = [...(await x.grad!.data())];
  for (const slope of gradient) expect(slope).toBeCloseTo(1 / Math.sqrt(1 + 1e-5), 5);
});

test('a batch of one value per channel keeps the statistics finite', async () => {
  const module = new BatchNorm2d(2, { device });
  await module.forward(tensor(device, [1, 2], { shape: [1, 2, 1, 1] })).data();
  expect((await buffers(module)).flat().every(Number.isFinite)).toBe(true);
});

test('forward and backward leave no tensor behind', () => {
  const net = new Sequential(
    new BatchNorm2d(2, { device }),
    new GroupNorm(1, 2, { device }),
    new LayerNorm(2, { device }),
  );
  const before = liveTensorCount(device);
  scope(() => sum(net.forward(maps())).backward());
  net.zeroGrad();
  expect(liveTensorCount(device)).toBe(before);
});

test('an embedding looks rows up, a transposed convolution enlarges maps', async () => {
  const options = { device, generator: new Generator(1) };
  const embedding = new Embedding(5, 3, options);
  const rows = await embedding.forward(tensor(device, new Int32Array([4, 0, 4]))).data();
  const weight = await embedding.weight.data();
  expect([...rows]).toEqual([...weight.slice(12), ...weight.slice(0, 3), ...weight.slice(12)]);
  const up = new ConvTranspose2d(4, 2, 2, { ...options, stride: 2, groups: 2 });
  expect(up.weight.shape).toEqual([4, 1, 2, 2]);
  expect(up.forward(zeros(device, [1, 4, 3, 5])).shape).toEqual([1, 2, 6, 10]);
  expect(() => new ConvTranspose2d(3, 2, 2, { ...options, groups: 2 })).toThrow('ConvTranspose2d: 2 groups');
  expect(() => new BatchNorm2d(2, {} as never)).toThrow('BatchNorm2d: its options have no device');
});
