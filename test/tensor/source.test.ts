import { expect, test } from 'vitest';
import { DTypeError } from '../../src/runtime/errors.js';
import { tensor } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';

const untyped = (value: unknown) => value as never;

test('typed arrays over shared memory are taken, at their own offset', async () => {
  // A page has shared memory only where it is isolated; WebAssembly has it everywhere.
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  expect(buffer.constructor.name).toBe('SharedArrayBuffer');
  new Float32Array(buffer).set([1, 2, 3, 4]);
  new Int32Array(buffer, 64).set([5, -6]);
  const device = await testDevice();
  expect(await tensor(device, new Float32Array(buffer, 4, 3)).array()).toEqual([2, 3, 4]);
  const integers = tensor(device, new Int32Array(buffer, 64, 2));
  expect([integers.dtype, await integers.array()]).toEqual(['i32', [5, -6]]);
  expect(await tensor(device, new Uint8Array(buffer, 7, 1)).array()).toEqual([64]);
});

test('what holds no numbers is one typed line', async () => {
  const device = await testDevice();
  for (const Big of [BigInt64Array, BigUint64Array])
    expect(() => tensor(device, untyped(Big.of(1n)))).toThrow(
      new DTypeError(`tensor: a ${Big.name} has no element type here; convert it: Int32Array.from(data, Number)`),
    );
  expect(() => tensor(device, untyped(new BigInt64Array(0)))).toThrow(DTypeError);
  const others = [
    null,
    undefined,
    'text',
    1n,
    {},
    new ArrayBuffer(4),
    new DataView(new ArrayBuffer(4)),
    tensor(device, 1),
  ];
  for (const data of others) {
    expect(() => tensor(device, untyped(data))).toThrow(DTypeError);
    expect(() => tensor(device, untyped(data))).toThrow(/^tensor: data is .*; give a number, nested arrays/);
  }
  for (const element of ['1', 1n, null, undefined, tensor(device, 1)])
    expect(() => tensor(device, untyped([0, element]))).toThrow(/^tensor: an element is .*; give numbers only/);
});
