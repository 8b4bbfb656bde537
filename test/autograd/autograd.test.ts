import { expect, test } from 'vitest';
import { gradcheck } from '../../src/autograd/gradcheck.js';
import { isGradEnabled, noGrad } from '../../src/autograd/mode.js';
import { record, retainGrad } from '../../src/autograd/record.js';
import { savedTensorHooks } from '../../src/autograd/saved-tensors.js';
import { add } from '../../src/ops/add.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { sum } from '../../src/ops/sum.js';
import { SGD } from '../../src/optim/sgd.js';
import { DeviceError, DisposedError, DTypeError, GraphError, SppgpuError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
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

test('what is computed from an output whose graph is gone cannot run backward either', async () => {
  const device = await testDevice();
  const w = tensor(device, [1, 2], { requiresGrad: true });
  const loss = sum(mul(w, w));
  loss.backward();
  const twice = mul(loss, 2);
  expect(() => twice.backward()).toThrow(GraphError);
  expect(() => mul(loss, 3).backward()).toThrow(/graph of sum was already used/);
  expect(await w.grad!.array()).toEqual([2, 4]);
});

test('backward refuses saved tensors that were written to since', async () => {
  const device = await testDevice();
  const w = tensor(device, [1, 2], { requiresGrad: true });
  const loss = sum(mul(w, w));
  loss.backward(undefined, { retainGraph: true });
  new SGD([w], { lr: 1 }).step();
  expect(() => loss.backward()).toThrow(/\[2\] that mul saved was modified by an in-place operation/);
});

test('a gradient rule that fails leaves nothing behind', async () => {
  const device = await openTestDevice();
  const x = tensor(device, [1, 2], { requiresGrad: true });
  const failing = () => {
    const y = mul(x, x);
    const broken = record(
      'broken',
      [y],
      noGrad(() => mul(y, 1)),
      {
        save: [y],
        vjp: () => {
          throw new Error('no memory');
        },
      },
    );
    sum(add(add(broken, y), mul(y, 2))).backward();
  };
  expect(() => scope(failing)).toThrow('no memory');
  expect(liveTensorCount(device)).toBe(1);
  expect(isGradEnabled()).toBe(true);
  device.dispose();
});

test('work that must be synchronous may not return a promise', async () => {
  const device = await testDevice();
  const x = tensor(device, [1], { requiresGrad: true });
  expect(() => noGrad(async () => relu(x))).toThrow(SppgpuError);
  expect(() => noGrad(async () => Promise.reject(new Error('late')))).toThrow(/^noGrad: the work returned a promise/);
  expect(() => savedTensorHooks({ pack: relu, unpack: relu }, async () => relu(x))).toThrow(/^savedTensorHooks: /);
  expect(isGradEnabled()).toBe(true);
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
  expect(() => tensor(device, [1]).backward()).toThrow(GraphError);
  expect(() => tensor(device, [1]).backward()).toThrow(/has no graph/);
  expect(() => relu(x).backward(tensor(device, Int32Array.of(1, 2)))).toThrow(DTypeError);
  const gone = tensor(device, [1, 2]);
  gone.dispose();
  expect(() => relu(x).backward(gone)).toThrow(DisposedError);
  expect(() => relu(x).backward(gone)).toThrow(/^backward: /);
  const other = await openTestDevice();
  expect(() => relu(x).backward(tensor(other, [1, 2]))).toThrow(DeviceError);
  other.dispose();
  const integers = tensor(device, Int32Array.of(1));
  expect(() => {
    integers.requiresGrad = true;
  }).toThrow(DTypeError);
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
  await expect(gradcheck(wrong, [y])).rejects.toThrow(GraphError);
  await expect(gradcheck(wrong, [tensor(device, [1, 2], { requiresGrad: true })])).rejects.toThrow(
    /input 0 \[2\], element 0/,
  );
});

test('gradcheck leaves gradients as they were, and nothing else', async () => {
  const device = await openTestDevice();
  const x = tensor(device, [0.5, -1.5], { requiresGrad: true });
  scope(() => sum(x).backward());
  const cube = (t: typeof x) => mul(mul(t, t), t);
  const first = await gradcheck(cube, [x]);
  expect(await gradcheck(cube, [x])).toBe(first);
  await expect(gradcheck(squareWithWrongGradient, [x])).rejects.toThrow(GraphError);
  expect(await x.grad!.array()).toEqual([1, 1]);
  expect(liveTensorCount(device)).toBe(2);
  device.dispose();
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

test('a gradient rule of one’s own that gives another shape or type is named, at leaves and in between', async () => {
  const device = await testDevice();
  const wrong = (x: Tensor, gradient: Tensor) => {
    const y = noGrad(() => mul(x, 2));
    return record('twice', [x], y, { vjp: () => [gradient] });
  };
  const leaf = tensor(device, [1, 2], { requiresGrad: true });
  expect(() => sum(wrong(leaf, zeros(device, [3]))).backward()).toThrow(
    'backward: the gradient rule of twice gave f32[3] for an input [2]',
  );
  expect(() => sum(wrong(mul(leaf, 1), zeros(device, [2], { dtype: 'i32' }))).backward()).toThrow(GraphError);
  expect(leaf.grad).toBeNull();
});
