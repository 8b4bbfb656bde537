import { expect, test } from 'vitest';
import { Conv2d, Linear, MaxPool2d, ReLU, Sequential, SpatialPyramidPool2d } from '../../src/nn/index.js';
import { crossEntropy } from '../../src/ops/cross-entropy.js';
import { SGD } from '../../src/optim/index.js';
import { tensor } from '../../src/tensor/create.js';
import { Generator } from '../../src/tensor/generator.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';

test('1,000 training steps hold live tensors, live bytes and pool bytes flat, and learn', async () => {
  const device = await openTestDevice();
  const options = { device, generator: new Generator(1) };
  const net = new Sequential([
    new Conv2d(1, 4, 3, { ...options, padding: 1 }),
    new ReLU(),
    new MaxPool2d({ kernelSize: 2 }),
    new SpatialPyramidPool2d([1, 2]),
    new Linear(20, 2, options),
  ]);
  const optimizer = new SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
  // Two classes: bright on the left, bright on the right.
  const pixels = Float32Array.from({ length: 8 * 36 }, (_, i) =>
    i % 6 < 3 === (Math.floor(i / 36) % 2 === 0) ? 1 : 0,
  );
  const labels = Int32Array.from({ length: 8 }, (_, i) => i % 2);
  const step = () =>
    scope(() => {
      const loss = crossEntropy(net.forward(tensor(device, pixels, { shape: [8, 1, 6, 6] })), tensor(device, labels));
      loss.backward();
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
  const read = async (loss: ReturnType<typeof step>) => {
    const value = await loss.item();
    loss.dispose();
    return value;
  };
  const first = await read(step());
  const footprint = () => {
    const { liveBytes, liveBuffers, freeBytes, created } = device.statistics.pool;
    return { tensors: liveTensorCount(device), liveBytes, liveBuffers, freeBytes, created };
  };
  for (let i = 0; i < 20; i++) await read(step());
  const before = footprint();
  let last = first;
  for (let i = 0; i < 1000; i++) {
    const loss = step();
    if (i % 50 === 49) last = await read(loss);
    else loss.dispose();
  }
  expect(footprint()).toEqual(before);
  expect(last).toBeLessThan(first / 10);
  device.dispose();
});
