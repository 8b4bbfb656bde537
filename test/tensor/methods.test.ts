import '../../src/methods.js';
import { expect, test } from 'vitest';
import type { MethodName } from '../../src/methods.js';
import { opTable } from '../../src/ops/table.js';
import { tensor } from '../../src/tensor/create.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { testDevice } from '../setup/device.js';

test('methods are the ops of their names, with gradients', async () => {
  const device = await testDevice();
  const x = tensor(device, [
    [1, -2],
    [3, 4],
  ]);
  x.requiresGrad = true;
  const y = x.matmul(x, { transposeB: true }).add(1).relu();
  expect(await y.array()).toEqual([
    [6, 0],
    [0, 26],
  ]);
  y.sum().backward();
  expect(await x.grad!.array()).toEqual([
    [2, -4],
    [6, 8],
  ]);
  expect(await x.max({ axes: 1 }).array()).toEqual([1, 4]);
  expect(() => x.flatten(1 as never)).toThrow('flatten: the options are 1; give an object with any of start, end');
});

test('every op of the table is a method, unless its first argument is not its tensor', () => {
  const methods = opTable.filter(({ name }) => typeof Tensor.prototype[name as MethodName] === 'function');
  const functions = opTable.filter((row) => !methods.includes(row)).map(({ name }) => name);
  expect(functions.sort()).toEqual(['concat', 'einsum', 'preparePictures', 'stack', 'where']);
});
