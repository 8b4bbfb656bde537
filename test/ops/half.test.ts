/** Halves: what moves them, and what refuses them. */
import { expect, test } from 'vitest';
import * as ops from '../../src/ops/index.js';
import { ladders } from '../../src/ops/ladders.js';
import { DTypeError, ShapeError } from '../../src/runtime/errors.js';
import { arange, ones, tensor } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import { testDevice } from '../setup/device.js';

test('rows of odd length are cut, joined and padded without touching their neighbours, in the same word or not', async () => {
  const device = await testDevice();
  const numbers = (dtype: 'f16' | 'f32') => ops.reshape(arange(device, 1, 36, 1, { dtype }), [5, 7]);
  const moved = (dtype: 'f16' | 'f32') =>
    scope(() => {
      const x = numbers(dtype);
      const cut = ops.slice(x, [
        [1, 4],
        [1, 4],
      ]);
      const wide = ops.concat([ops.transpose(cut, 0, 1), cut, cut], { axis: 1 });
      return ops.concat(
        [
          ops.pad(
            wide,
            [
              [1, 1],
              [1, 2],
            ],
            { value: -1 },
          ),
          ops.repeat(cut, [1, 4]),
        ],
        { axis: 0 },
      );
    });
  const [halves, floats] = [moved('f16'), moved('f32')];
  expect(halves.dtype).toBe('f16');
  expect(await halves.array()).toEqual(await floats.array());
});

test('products of f16 give f32; operands of two types, and rungs of f32 alone, are refused in one line', async () => {
  const device = await testDevice();
  const [f32, f16] = [ones(device, [1, 1, 3, 3]), ones(device, [1, 1, 3, 3], { dtype: 'f16' })];
  for (const op of [ops.matmul, ops.conv2d] as ((a: typeof f32, b: typeof f32) => typeof f32)[]) {
    expect(scope(() => op(f16, f16)).dtype).toBe('f32');
    expect(() => op(f16, f32)).toThrow(DTypeError);
  }
  expect(() => ops.matmul(f32, f16)).toThrow('matmul: a is f32 and b f16, but both must be of one type; cast() one');
  expect(() => ops.linear(f16, ones(device, [2, 3]))).toThrow(/^linear: input is f16 and weight f32/);
  expect(() => ops.conv2d(f16, f16, ones(device, [1], { dtype: 'f16' }))).toThrow(/^conv2d: bias is f16.* must be f32/);
  expect(() => ops.matmul(f16, f16, { algorithm: 'naive' })).toThrow(
    new ShapeError('matmul: naive takes only operands of f32; leave the choice to the op'),
  );
});

test('a tuning table knows products of halves from others', () => {
  const { bucket } = ladders.find(({ family }) => family === 'matmul')!;
  const work = { batches: 1, rows: 8, inner: 8, columns: 8, transposed: 'none', multiplyAdds: 512 };
  expect(bucket({ ...work, half: true } as never)).toBe(`${bucket(work as never)}, operands f16`);
  expect(bucket({ ...work, half: false } as never)).toBe(bucket(work as never));
});

test('a gradient beyond 65504 is infinite where it is rounded, and stays so in f32', async () => {
  const device = await testDevice();
  const leaf = tensor(device, [[1], [2]], { dtype: 'f16', requiresGrad: true });
  const bias = tensor(device, [0], { requiresGrad: true });
  scope(() => {
    const y = ops.matmul(leaf, ones(device, [1, 1], { dtype: 'f16' }), { bias });
    y.backward(tensor(device, [[65519], [65520]]));
  });
  expect(await leaf.grad!.array()).toEqual([[65504], [Infinity]]);
  expect(leaf.grad!.dtype).toBe('f32');
  expect(await bias.grad!.array()).toEqual([131039]);
});
