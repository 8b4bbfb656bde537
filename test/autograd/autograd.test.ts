import { expect, test } from 'vitest';
import { gradcheck } from '../../src/autograd/gradcheck.js';
import { isGradEnabled, noGrad } from '../../src/autograd/mode.js';
import { record, retainGrad } from '../../src/autograd/record.js';
import { savedTensorHooks } from '../../src/autograd/saved-tensors.js';
import { add } from '../../src/ops/add.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { sum } from '../../src/ops/sum.js';
import { ShapeError } from '../../src/runtime/errors.js';
import { tensor } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount } from '../../src/tensor/tensor.js';
import { openTestDevice, testDevice } from '../setup/device.js';

test('gradients accumulate over uses and over calls', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, -2, 3], { requiresGrad: true });
  sum(add(mul(x, x), x)).backward();
  expect(await x.grad!.array()).toEqual([3, -3, 7]);
  sum(x).backward();
  expect(await x.grad!.array()).toEqual([4, -2, 8]);
});

test('a gradient that two leaves share is not shared memory', async () => {
  const device = await testDevice();
  const [a, b] = [tensor(device, [1, 2], { requiresGrad: true }), tensor(device, [3, 4], { requiresGrad: true })];
  sum(add(a, b)).backward();
  sum(a).backward();
  expect(await a.grad!.array()).toEqual([2, 2]);
  expect(await b.grad!.array()).toEqual([1, 1]);
});

test('a diamond sums over its paths', async () => {
  const device = await testDevice();
  const x = tensor(device, [2], { requiresGrad: true });
  const y = mul(x, 3);
  mul(add(y, y), mul(y, y)).backward(); // 2y * y^2
  expect(await x.grad!.item()).toBe(3 * 6 * 36);
});

test('noGrad and detach record nothing', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  const y = noGrad(() => relu(x));
  expect(y.requiresGrad).toBe(false);
  expect(isGradEnabled()).toBe(true);
  expect(() =>
    noGrad(() => {
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(isGradEnabled()).toBe(true);
  sum(mul(relu(x).detach(), x)).backward();
  expect(await x.grad!.array()).toEqual([1, 2]);
});

test('retainGraph lets backward run again, otherwise the graph is gone', async () => {
  const device = await testDevice();
  const x = tensor(device, [3], { requiresGrad: true });
  const y = mul(x, x);
  y.backward(undefined, { retainGraph: true });
  y.backward();
  expect(await x.grad!.item()).toBe(12);
  expect(() => y.backward()).toThrow(/retainGraph: true/);
  const shared = mul(x, x);
  const [left, right] = [mul(shared, 2), mul(shared, 3)];
  left.backward();
  expect(() => right.backward()).toThrow(/graph of mul was already used/);
});

test('retainGrad keeps the gradient of an intermediate tensor', async () => {
  const device = await testDevice();
  const x = tensor(device, [2], { requiresGrad: true });
  const y = mul(x, 5);
  retainGrad(y);
  mul(y, y).backward();
  expect(await y.grad!.item()).toBe(20);
});

test('backward refuses wrong gradients with one line', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  expect(() => relu(x).backward()).toThrow('backward: a tensor [2] needs an explicit gradient');
  expect(() => relu(x).backward(tensor(device, [1]))).toThrow('does not have the shape [2]');
  expect(() => tensor(device, [1]).backward()).toThrow(/has no graph/);
});

test('an abandoned graph frees what it saved', async () => {
  const device = await openTestDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  const before = device.statistics.pool.liveBuffers;
  for (let i = 0; i < 10; i++) scope(() => void relu(mul(relu(x), x)));
  expect(device.statistics.pool.liveBuffers).toBe(before);
  expect(liveTensorCount(device)).toBe(1);
  device.dispose();
});

test('backward frees everything but the gradients of leaves', async () => {
  const device = await openTestDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  scope(() => sum(relu(mul(relu(x), x))).backward());
  expect(liveTensorCount(device)).toBe(2);
  expect(await x.grad!.array()).toEqual([2, 4]);
  device.dispose();
});

test('saved tensors can be stored in another form', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  let packed = 0;
  const hooks = {
    pack: (t: typeof x) => {
      packed++;
      return mul(t, 2);
    },
    unpack: (t: typeof x) => mul(t, 0.5),
  };
  sum(savedTensorHooks(hooks, () => mul(x, x))).backward();
  expect(packed).toBeGreaterThan(0);
  expect(await x.grad!.array()).toEqual([2, 4]);
});

test('gradcheck accepts right gradients and names wrong ones', async () => {
  const device = await testDevice();
  const x = tensor(device, [0.5, -1.5, 2], { requiresGrad: true });
  expect(await gradcheck((t) => mul(t, t), [x])).toBeLessThan(1e-2);
  const y = tensor(device, [1, 2], { requiresGrad: true });
  const wrong = (t: typeof y) => squareWithWrongGradient(t);
  await expect(gradcheck(wrong, [y])).rejects.toThrow(ShapeError);
  await expect(gradcheck(wrong, [tensor(device, [1, 2], { requiresGrad: true })])).rejects.toThrow(
    /input 0 \[2\], element 0/,
  );
});

/** The square, with a gradient that is not its own. */
function squareWithWrongGradient(t: Parameters<typeof relu>[0]) {
  return record(
    'wrong',
    [t],
    noGrad(() => mul(t, t)),
    { vjp: (g) => [mul(g, 7)] },
  );
}
