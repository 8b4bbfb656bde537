/** Clipping of gradients, and the moving average of weights. */
import { expect, test } from 'vitest';
import { BatchNorm2d, Linear, parameter, Sequential } from '../../src/nn/index.js';
import { clipGradNorm, clipGradValue, ExponentialMovingAverage } from '../../src/optim/index.js';
import { ones, tensor } from '../../src/tensor/create.js';
import { fill } from '../../src/tensor/fill.js';
import { Generator } from '../../src/tensor/generator.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';

test('gradients are scaled together to a norm, only if it is larger', async () => {
  const device = await testDevice();
  const [a, b, none] = [parameter(ones(device, [2])), parameter(ones(device, [1])), parameter(ones(device, [1]))];
  a.grad = tensor(device, [3, 0]);
  b.grad = tensor(device, [4]);
  const total = clipGradNorm([a, b, none], 1);
  expect((await total.data())[0]).toBeCloseTo(5, 5);
  expect([...(await a.grad.data()), ...(await b.grad.data())].map((v) => Number(v.toFixed(5)))).toEqual([0.6, 0, 0.8]);
  clipGradNorm([a, b], 10);
  expect((await b.grad.data())[0]).toBeCloseTo(0.8, 5);
  clipGradValue([a, none], 0.5);
  expect([...(await a.grad.data())]).toEqual([0.5, 0]);
  expect(() => clipGradNorm([none], 1)).toThrow('no parameter has a gradient');
  expect(() => clipGradNorm([a], 0)).toThrow('above 0');
});

test('the average follows parameters and buffers, and can be loaded', async () => {
  const device = await testDevice();
  const net = new Sequential(new Linear(2, 1, { device, generator: new Generator(1) }), new BatchNorm2d(1, { device }));
  for (const each of net.stateDict().values()) fill(each, 1);
  const ema = new ExponentialMovingAverage(net, { decay: 0.75 });
  const live = liveTensorCount(device);
  for (const each of net.stateDict().values()) fill(each, 5);
  ema.update();
  expect(liveTensorCount(device)).toBe(live);
  net.loadStateDict(ema.stateDict());
  for (const each of net.stateDict().values()) for (const value of await each.data()) expect(value).toBe(2);
  expect(() => new ExponentialMovingAverage(net, { decay: 1 })).toThrow('decay 1 is not usable');
  ema.dispose();
});
