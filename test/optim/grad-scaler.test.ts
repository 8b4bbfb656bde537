/** Mixed precision: what `autocast` rounds, and how the scale of gradients moves. */
import { expect, test } from 'vitest';
import { autocast, isAutocastEnabled } from '../../src/autograd/mode.js';
import * as ops from '../../src/ops/index.js';
import { GradScaler } from '../../src/optim/grad-scaler.js';
import { SGD } from '../../src/optim/sgd.js';
import { tensor } from '../../src/tensor/create.js';
import { keep, scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

/** Between two halves, 1 and 1 + 2^-10: rounds to 1. */
const BETWEEN = 1 + 2 ** -11;

test('autocast rounds the operands of products, and nothing else; gradients of f32 weights are f32', async () => {
  const device = await testDevice();
  const weight = tensor(device, [[[[BETWEEN]]]], { requiresGrad: true });
  const x = tensor(device, [[[[3]]]]);
  const flat = (each: typeof x) => ops.reshape(each, [1, 1]);
  const products = () => [
    ops.conv2d(x, weight),
    ops.matmul(flat(x), flat(weight)),
    ops.linear(flat(x), flat(weight)),
    ops.einsum('ij,jk->ik', flat(x), flat(weight)),
  ];
  const all = (results: readonly (typeof x)[]) => ops.concat(results.map((each) => ops.reshape(each, [1])));
  const rounded = scope(() => autocast(() => all(products())));
  expect(rounded.dtype).toBe('f32');
  expect(await rounded.array()).toEqual([3, 3, 3, 3]);
  rounded.backward(tensor(device, [1, 1, 1, 1]));
  expect(weight.grad!.dtype).toBe('f32');
  expect(await weight.grad!.array()).toEqual([[[[12]]]]);

  const exact = scope(() => autocast(() => autocast(() => all(products()), { enabled: false })));
  expect(await exact.array()).toEqual([3, 3, 3, 3].map((three) => three * BETWEEN));
  expect(await scope(() => autocast(() => ops.mul(weight, 3))).array()).toEqual([[[[3 * BETWEEN]]]]);
  expect(isAutocastEnabled()).toBe(false);
  expect(() => autocast(() => Promise.resolve())).toThrow(/^autocast: /);
  expect(() =>
    autocast(() => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(isAutocastEnabled()).toBe(false);
});

test('backward() keeps the types of the ops: inside autocast those of f32 stay f32', async () => {
  const device = await testDevice();
  const weight = tensor(device, [[1]], { requiresGrad: true });
  const y = ops.matmul(tensor(device, [[BETWEEN]]), weight);
  autocast(() => y.backward());
  expect(await weight.grad!.array()).toEqual([[BETWEEN]]);
});

test('small gradients survive by the scale; steps that overflow are left out and halve it', async () => {
  const device = await testDevice();
  const weight = tensor(device, [[0]], { requiresGrad: true });
  const optimizer = new SGD([weight], { lr: 1 });
  const scaler = new GradScaler({ growthInterval: 2 });
  /** A loss whose gradient to the weight is `slope`, which f16 has to hold on its way. */
  const train = async (slope: number) => {
    scaler.scale(ops.mul(ops.sum(autocast(() => ops.matmul(tensor(device, [[1]]), weight))), slope)).backward();
    const taken = await scaler.step(optimizer);
    scaler.update();
    optimizer.zeroGrad();
    return [taken, await weight.item(), scaler.getScale()];
  };
  // 2^-26 alone would round to 0.
  expect(await train(2 ** -26)).toEqual([true, -(2 ** -26), 65536]);
  expect(await train(2)).toEqual([false, -(2 ** -26), 32768]);
  expect(await train(2)).toEqual([false, -(2 ** -26), 16384]);
  expect(await train(2 ** -26)).toEqual([true, -(2 ** -25), 16384]);
  expect(scaler.stateDict()).toEqual({ scale: 16384, growthTracker: 1 });
  expect(optimizer.steps).toBe(2);

  const other = new GradScaler({ growthInterval: 2 });
  other.loadStateDict(scaler.stateDict());
  expect(await train(0)).toEqual([true, -(2 ** -25), 32768]);
  expect(other.getScale()).toBe(16384);
});

test('one infinity among all gradients counts, whatever stands beside it; each optimizer is judged alone', async () => {
  const device = await testDevice();
  const scaler = new GradScaler();
  const optimizers = [Infinity, Number.NaN, 1].map((spoilt) => {
    const params = [[1, spoilt], [-Infinity]].map((gradient, i) => {
      const parameter = tensor(
        device,
        gradient.map(() => 1),
        { requiresGrad: true },
      );
      parameter.grad = tensor(device, i === 1 && spoilt === 1 ? [2] : gradient);
      return parameter;
    });
    return new SGD(params, { lr: 0.5 });
  });
  const taken = [];
  for (const optimizer of optimizers) taken.push(await scaler.step(optimizer));
  expect(taken).toEqual([false, false, true]);
  scaler.update();
  expect(scaler.getScale()).toBe(32768);
  expect(scaler.stateDict().growthTracker).toBe(0);
});

test('gradients can be looked at before the step; calls in another order are refused in one line', async () => {
  const device = await testDevice();
  const before = device.statistics.pool.liveBytes;
  const weight = tensor(device, [1], { requiresGrad: true });
  const optimizer = new SGD([weight], { lr: 1 });
  const scaler = new GradScaler({ initScale: 4 });
  expect(() => scaler.update()).toThrow(
    'GradScaler: no optimizer has stepped since the last update(); call step() first',
  );
  expect(() => scaler.unscale(optimizer)).toThrow(
    /no parameter has a gradient; call scale\(loss\)\.backward\(\) first/,
  );
  weight.grad = scope(() => keep(tensor(device, [8])));
  scaler.unscale(optimizer);
  expect(await weight.grad.array()).toEqual([2]);
  expect(() => scaler.unscale(optimizer)).toThrow(/were unscaled since the last update\(\)/);
  expect(await scaler.step(optimizer)).toBe(true);
  expect(await weight.item()).toBe(-1);
  await expect(scaler.step(optimizer)).rejects.toThrow(/has stepped since the last update\(\)/);
  scaler.update();
  for (const bad of [{ initScale: 0 }, { growthFactor: 1 }, { backoffFactor: 1 }, { growthInterval: 0.5 }]) {
    expect(() => new GradScaler(bad)).toThrow(/^GradScaler: .* is not usable/);
  }
  expect(() => scaler.loadStateDict({ scale: Number.NaN, growthTracker: 0 })).toThrow(/^GradScaler state: scale/);
  optimizer.zeroGrad();
  optimizer.dispose();
  weight.dispose();
  expect(device.statistics.pool.liveBytes).toBe(before);
});
