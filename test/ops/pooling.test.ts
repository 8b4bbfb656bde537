import { expect, test } from 'vitest';
import { adaptiveAvgPool2d } from '../../src/ops/adaptive-avg-pool2d.js';
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { localResponseNorm } from '../../src/ops/local-response-norm.js';
import { maxPool2d, maxPool2dWithIndices } from '../../src/ops/max-pool2d.js';
import { spatialPyramidPool } from '../../src/ops/spatial-pyramid-pool.js';
import { sum } from '../../src/ops/sum.js';
import { DTypeError, ShapeError } from '../../src/runtime/errors.js';
import { tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

/** Different values, so that every window has one maximum. */
const distinct = (count: number) => Float32Array.from({ length: count }, (_, i) => ((i * 7919) % 10007) - 5000);

test('gradients of windows add up where windows overlap, in a fixed order', async () => {
  const device = await testDevice();
  const x = tensor(device, distinct(2 * 3 * 5 * 4), { shape: [2, 3, 5, 4], requiresGrad: true });
  const windows = [
    [0, 0, 0, 5, 4],
    [1, 1, 1, 4, 3],
    [0, 2, 1, 3, 2],
    [0, 0, 0, 5, 4],
  ] as const;
  const once = async () => {
    scope(() => sum(spatialPyramidPool(x, [1, 2], { windows })).backward());
    const values = [...(await x.grad!.data())];
    x.grad!.dispose();
    x.grad = null;
    return values;
  };
  const first = await once();
  expect(first.reduce((total, value) => total + value, 0)).toBe(4 * 3 * 5); // a unit for every bin of every window and channel
  expect(await once()).toEqual(first);
});

test('a pyramid over whole maps is a pyramid over windows that cover them', async () => {
  const device = await testDevice();
  const x = tensor(device, distinct(2 * 2 * 7 * 5), { shape: [2, 2, 7, 5] });
  const windows = [
    [0, 0, 0, 7, 5],
    [1, 0, 0, 7, 5],
  ] as const;
  for (const mode of ['max', 'avg'] as const) {
    const whole = await spatialPyramidPool(x, [1, 2, 3, 6], { mode }).data();
    expect(await spatialPyramidPool(x, [1, 2, 3, 6], { mode, windows }).data()).toEqual(whole);
    expect(whole).toHaveLength(2 * 2 * 50);
  }
});

test('indices are positions in the plane; ties go to the first, NaN wins', async () => {
  const device = await testDevice();
  const x = tensor(device, [3, 3, 1, 3, Number.NaN, 2, -1, -1, -1], { shape: [1, 1, 3, 3] });
  const { output, indices } = maxPool2dWithIndices(x, { kernelSize: [1, 3], stride: 1 });
  expect(await indices.array()).toEqual([[[[0], [4], [6]]]]);
  expect(await output.array()).toEqual([[[[3], [Number.NaN], [-1]]]]);
});

test('a window on the device that leaves the map is loud: NaN features, no gradient', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, 2, 3, 4], { shape: [1, 1, 2, 2], requiresGrad: true });
  const windows = tensor(device, Int32Array.of(0, 0, 0, 3, 2, 0, 0, 0, 2, 2, 5, 0, 0, 1, 1, 0, 1, 1, 1, 2), {
    shape: [4, 5],
  });
  for (const mode of ['max', 'avg'] as const) {
    const y = spatialPyramidPool(x, [1], { windows, mode });
    const values = await y.data();
    expect([...values].map(Number.isNaN)).toEqual([true, false, true, true]);
    y.backward(tensor(device, [[1], [1], [1], [1]]));
  }
  expect(await x.grad!.array()).toEqual([
    [
      [
        [0.25, 0.25],
        [0.25, 1.25],
      ],
    ],
  ]);
});

test('no images and no windows give empty results, with a zero gradient', async () => {
  const device = await testDevice();
  expect(spatialPyramidPool(zeros(device, [0, 3, 4, 4]), [1, 2]).shape).toEqual([0, 15]);
  expect(maxPool2d(zeros(device, [0, 3, 4, 4]), { kernelSize: 2 }).shape).toEqual([0, 3, 2, 2]);
  const x = zeros(device, [1, 1, 2, 2], { requiresGrad: true });
  const none = tensor(device, new Int32Array(0), { shape: [0, 5] });
  const y = spatialPyramidPool(x, [1], { windows: none });
  expect(y.shape).toEqual([0, 1]);
  sum(y).backward();
  expect(await x.grad!.array()).toEqual([
    [
      [
        [0, 0],
        [0, 0],
      ],
    ],
  ]);
});

test('a map without cells cannot be pooled, not even with padding', async () => {
  const device = await testDevice();
  const padded = { kernelSize: 2, padding: 1 };
  for (const shape of [
    [1, 2, 0, 3],
    [1, 2, 3, 0],
    [0, 2, 0, 0],
  ]) {
    const x = zeros(device, shape);
    const calls = [
      () => maxPool2d(x, padded),
      () => maxPool2dWithIndices(x, { ...padded, ceilMode: true }),
      () => avgPool2d(x, padded),
      () => avgPool2d(x, { ...padded, countIncludePad: false }),
      () => adaptiveMaxPool2d(x, 2),
      () => adaptiveAvgPool2d(x, 2),
      () => spatialPyramidPool(x, [1, 2]),
    ];
    for (const call of calls) {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(`the map of [${shape.join(', ')}] has no cells to pool`);
    }
  }
});

test('ceil mode keeps a window that hangs over a smaller map, as Caffe and PyTorch', async () => {
  const device = await testDevice();
  const x = tensor(device, [0, 1, 2, 3], { shape: [1, 1, 2, 2] });
  const options = { kernelSize: 3, stride: 2, ceilMode: true };
  expect(await maxPool2d(x, options).array()).toEqual([[[[3]]]]);
  expect(await avgPool2d(x, options).array()).toEqual([[[[1.5]]]]);
});

test('bad arguments are one line with the op, the value and the way out', async () => {
  const device = await testDevice();
  const x = zeros(device, [1, 2, 4, 4]);
  expect(() => maxPool2d(x, { kernelSize: 5 })).toThrow(
    'maxPool2d: kernel [5, 5] is larger than the padded map of [1, 2, 4, 4]',
  );
  expect(() => avgPool2d(x, { kernelSize: 2, padding: 2 })).toThrow(
    'avgPool2d: padding [2, 2] is more than half of the kernel [2, 2]',
  );
  expect(() => maxPool2d(x, { kernelSize: 0 })).toThrow(/kernelSize \[0, 0\] is not usable/);
  expect(() => maxPool2d(zeros(device, [2, 4, 4]), { kernelSize: 2 })).toThrow('must be [N, C, H, W]');
  expect(() => maxPool2d(tensor(device, new Int32Array(16), { shape: [1, 1, 4, 4] }), { kernelSize: 2 })).toThrow(
    DTypeError,
  );
  expect(() => maxPool2d(x, { kernelSize: [3] as unknown as [number, number] })).toThrow(
    'maxPool2d: kernelSize [3] is not usable; give one or two integers >= 1',
  );
  expect(() => adaptiveMaxPool2d(x, 0)).toThrow(/outputSize \[0, 0\] is not usable/);
  expect(() => maxPool2d(x, { kernelSize: 6, stride: 2, ceilMode: true })).toThrow(
    'maxPool2d: kernel [6, 6] is larger than the padded map of [1, 2, 4, 4]',
  );
  expect(() => spatialPyramidPool(x, [])).toThrow(/levels \[\] are not usable/);
  expect(() => spatialPyramidPool(x, [1.5])).toThrow(ShapeError);
  expect(() => spatialPyramidPool(x, [1], { windows: [[0, 0, 0, 5, 4]] })).toThrow(
    'window 0 (image, y0, x0, y1, x1) = [0, 0, 0, 5, 4] does not lie in the maps [1, 2, 4, 4]',
  );
  expect(() => spatialPyramidPool(x, [1], { windows: [[0, 2, 2, 2, 3]] })).toThrow(/at least one cell/);
  expect(() => spatialPyramidPool(x, [1], { windows: [[1, 0, 0, 1, 1]] })).toThrow(/does not lie in the maps/);
  expect(() => spatialPyramidPool(x, [1], { windows: zeros(device, [1, 5]) })).toThrow(
    'windows is f32[1, 5], but must be i32',
  );
  const six = zeros(device, [1, 6], { dtype: 'i32' });
  expect(() => spatialPyramidPool(x, [1], { windows: six })).toThrow(ShapeError);
  expect(() => spatialPyramidPool(x, [1], { windows: six })).toThrow('windows have shape [1, 6], but must be [R, 5]');
  expect(() => localResponseNorm(x, { size: 2, mode: 'withinChannel' })).toThrow(/give an odd integer/);
});
