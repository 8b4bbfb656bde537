import fc from 'fast-check';
import { expect, test } from 'vitest';
import { relu } from '../../src/ops/relu.js';
import { reshape } from '../../src/ops/reshape.js';
import { DisposedError, DTypeError, ShapeError, SppgpuError } from '../../src/runtime/errors.js';
import { arange, empty, full, ones, tensor, zeros } from '../../src/tensor/create.js';
import { keep, scope } from '../../src/tensor/scope.js';
import { broadcastShapes, reshapeStrides, rowMajorStrides, sizeOf } from '../../src/tensor/shape.js';
import { leakReport, liveTensorCount, type Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice, testDevice } from '../setup/device.js';

test('creation and readback in every dtype', async () => {
  const device = await testDevice();
  expect(
    await tensor(device, [
      [1, 2],
      [3, 4.5],
    ]).array(),
  ).toEqual([
    [1, 2],
    [3, 4.5],
  ]);
  expect(await tensor(device, 7).item()).toBe(7);
  expect(await tensor(device, Int32Array.of(-1, 2)).array()).toEqual([-1, 2]);
  expect(tensor(device, Uint32Array.of(1)).dtype).toBe('u32');
  expect(await tensor(device, [-3.7, 2.9], { dtype: 'i32' }).array()).toEqual([-3, 2]);
  expect(await arange(device, 1, 2, 0.25).array()).toEqual([1, 1.25, 1.5, 1.75]);
  expect(await arange(device, 3, 0, -1).array()).toEqual([3, 2, 1]);
  expect(await full(device, [2], Number.NEGATIVE_INFINITY).array()).toEqual([-Infinity, -Infinity]);
  expect(await full(device, [2], -5, { dtype: 'i32' }).array()).toEqual([-5, -5]);
  expect(await ones(device, [0, 3]).array()).toEqual([]);
  expect(await zeros(device, [2, 0]).array()).toEqual([[], []]);
});

// Of 2^16 numbers and more a workgroup of a CPU adapter sets several runs.
test.each([65_535, 65_536, 65_537, 65_541, 300_001])('full sets all of %i numbers', async (size) => {
  const device = await testDevice();
  for (const dtype of ['f32', 'f16'] as const) {
    const wanted = 1 + (size % 16) / 16; // another one each time: pooled memory keeps the last
    const values = await full(device, [size], wanted, { dtype }).data();
    expect(values).toHaveLength(size);
    expect(values.findIndex((value) => value !== wanted)).toBe(-1);
  }
});

test('halves round to nearest even and survive odd lengths', async () => {
  const device = await testDevice();
  const x = tensor(device, [1, 65504, 70000, 6e-8, 2049, 0.1, Number.NaN], { dtype: 'f16' });
  const values = await x.data();
  expect([...values].slice(0, 5)).toEqual([1, 65504, Infinity, 2 ** -24, 2048]);
  expect(values[5]).toBeCloseTo(0.1, 3);
  expect(values[6]).toBeNaN();
});

test('bad shapes and data: one-line errors', async () => {
  const device = await testDevice();
  expect(() => tensor(device, [[1, 2], [3]])).toThrow(ShapeError);
  expect(() => tensor(device, [[1], 2] as number[][])).toThrow(/ragged/);
  expect(() => tensor(device, [1, 2, 3], { shape: [2, 2] })).toThrow(
    '3 values do not fill the shape [2, 2] of 4 elements',
  );
  expect(() => empty(device, [-1])).toThrow(/not a shape/);
  expect(() => arange(device, 0, 1, 0)).toThrow(ShapeError);
  expect(() => tensor(device, Int32Array.of(1), { requiresGrad: true })).toThrow(DTypeError);
  await expect(tensor(device, [1, 2]).item()).rejects.toThrow('has 2 elements, not one');
});

test('views share memory: dispose order does not matter, and twice is once', async () => {
  const device = await testDevice();
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const view = base.view([3, 2], [1, 3], 0, 'transpose');
  base.dispose();
  base.dispose();
  expect(await view.array()).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ]);
  expect(() => relu(base)).toThrow(DisposedError);
  expect(() => relu(base)).toThrow(/relu: its input \[2, 3\], made by tensor, was disposed/);
  await expect(base.data()).rejects.toThrow(DisposedError);
  view.dispose();
});

test('scopes free what was made inside, keep what is returned or kept, and nest', async () => {
  const device = await openTestDevice();
  const before = device.statistics.pool.liveBuffers;
  let kept: Tensor | undefined;
  const result = scope(() => {
    const lost = zeros(device, [8]);
    kept = keep(zeros(device, [8]));
    const inner = scope(() => ({ list: [relu(lost)], map: new Map([['a', relu(lost)]]) }));
    expect(inner.list[0]!.disposed).toBe(false);
    return { first: inner.list[0]! };
  });
  expect(result.first.disposed).toBe(false);
  expect(kept!.disposed).toBe(false);
  expect(device.statistics.pool.liveBuffers).toBe(before + 2);
  expect(() =>
    scope(() => {
      zeros(device, [8]);
      throw new Error('inside');
    }),
  ).toThrow('inside');
  expect(() => scope(() => Promise.resolve(1))).toThrow(SppgpuError);
  expect(device.statistics.pool.liveBuffers).toBe(before + 2);
  expect(leakReport(device)).toEqual([
    { madeBy: 'full', count: 1, bytes: 32 },
    { madeBy: 'relu', count: 1, bytes: 32 },
  ]);
  const view = kept!.view([2, 4], [4, 1], 0, 'reshape');
  expect(leakReport(device).at(-1)).toEqual({ madeBy: 'reshape', count: 1, bytes: 0 }); // the memory is counted with its owner
  view.dispose();
  expect(liveTensorCount(device)).toBe(2);
  {
    using temporary = relu(result.first);
    expect(temporary.disposed).toBe(false);
  }
  expect(liveTensorCount(device)).toBe(2);
  device.dispose();
});

test('tensors beyond one binding: fill, element-wise and strided copies in pieces', async () => {
  const device = await openTestDevice({ maxBindingBytes: 4096 });
  const values = Float32Array.from({ length: 5000 }, (_, i) => i - 2500);
  const x = tensor(device, values, { shape: [50, 100] });
  expect(await relu(x).data()).toEqual(values.map((v) => Math.max(v, 0)));
  const transposed = await x.view([100, 50], [1, 100], 0, 'transpose').data();
  expect(transposed.every((v, i) => v === values[(i % 50) * 100 + Math.floor(i / 50)])).toBe(true);
  expect((await full(device, [5000], 3).data()).every((v) => v === 3)).toBe(true);
  device.dispose();
});

const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

test('broadcasting follows NumPy: commutative, and each dim is the larger or an error', () => {
  fc.assert(
    fc.property(shapes, shapes, (a, b) => {
      const fits = a.every((_, i) => {
        const [x, y] = [a[a.length - 1 - i]!, b[b.length - 1 - i] ?? 1];
        return x === y || x === 1 || y === 1;
      });
      if (!fits) {
        expect(() => broadcastShapes('add', a, b)).toThrow(/do not broadcast/);
        return;
      }
      const result = broadcastShapes('add', a, b);
      expect(result).toEqual(broadcastShapes('add', b, a));
      expect(result).toEqual(
        result.map((_, i) => Math.max(a[i - result.length + a.length] ?? 1, b[i - result.length + b.length] ?? 1)),
      );
    }),
  );
});

test('a reshape without copy addresses the same elements as one with', () => {
  fc.assert(
    fc.property(shapes, fc.nat(), fc.nat(), (shape, swap, cut) => {
      // A permuted base, so that strides are not row-major.
      const strides = rowMajorStrides(shape);
      const order = shape.map((_, i) => i).sort((a, b) => ((a * 7 + swap) % 5) - ((b * 7 + swap) % 5));
      const viewShape = order.map((i) => shape[i]!);
      const viewStrides = order.map((i) => strides[i]!);
      const size = sizeOf(shape);
      const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
      const first = divisors[cut % divisors.length]!;
      const target = [first, size / first];
      const result = reshapeStrides(viewShape, viewStrides, target);
      if (result === null) return;
      for (let i = 0; i < size; i++) expect(address(i, target, result)).toBe(address(i, viewShape, viewStrides));
    }),
  );
});

function address(index: number, shape: readonly number[], strides: readonly number[]): number {
  let rest = index;
  let result = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return result;
}

test('reshape of a transposed view copies only where it must', async () => {
  const device = await testDevice();
  const base = tensor(device, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const transposed = base.view([3, 2], [1, 3], 0, 'transpose');
  expect(await reshape(transposed, [6]).array()).toEqual([1, 4, 2, 5, 3, 6]);
  expect(await reshape(transposed, [3, 1, 2]).array()).toEqual([[[1, 4]], [[2, 5]], [[3, 6]]]);
  expect(await reshape(base, [-1, 2]).array()).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(await reshape(zeros(device, [3, 0]).view([0, 3], [1, 0], 0, 'transpose'), [0, 5]).array()).toEqual([]);
  expect(reshapeStrides([2, 3], [1, 2], [5])).toBeNull();
  expect(() => reshape(base, [4, 2])).toThrow('6 elements of [2, 3] do not fit [4, 2]');
});
