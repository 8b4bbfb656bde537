/** What the ops refuse: one line with the op, what it was given and the way out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as nn from '../../src/nn/index.js';
import * as ops from '../../src/ops/index.js';
import type { Device } from '../../src/runtime/device.js';
import { DisposedError, DTypeError, ShapeError, SppgpuError } from '../../src/runtime/errors.js';
import { full, ones, tensor, zeros } from '../../src/tensor/create.js';
import { scope } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { openTestDevice } from '../setup/device.js';

let device: Device;
let x: Tensor;
let integers: Tensor;

beforeAll(async () => {
  device = await openTestDevice();
  x = ones(device, [2, 3]);
  integers = zeros(device, [2], { dtype: 'i32' });
}, 60_000);
afterAll(() => device?.dispose());

/** As plain JavaScript passes it. */
const untyped = (value: unknown) => value as never;

type ErrorClass = new (message: string) => Error;

const CASES: [call: () => unknown, type: ErrorClass, message: RegExp][] = [
  [() => ops.add(x, ones(device, [4])), ShapeError, /^add: shapes \[2, 3\] and \[4\] do not broadcast/],
  [() => ops.add(x, integers), DTypeError, /^add: inputs are f32 and i32; cast\(\)/],
  [() => ops.mul(2, 3), DTypeError, /^mul: both arguments are numbers/],
  [() => ops.add(x, untyped(undefined)), DTypeError, /^add: an input is undefined, but must be a tensor/],
  [() => ops.pow(x, untyped('2')), DTypeError, /^pow: an input is 2, but must be a tensor/],
  [() => ops.sub(untyped([1]), x), DTypeError, /^sub: an input is an Array, but must be a tensor/],
  [() => ops.reshape(x, untyped(6)), ShapeError, /^reshape: 6 is not a list; give one/],
  [() => ops.permute(x, untyped(1)), ShapeError, /^permute: 1 is not a list; give one/],
  [() => ops.slice(x, untyped(1)), ShapeError, /^slice: 1 is not a list; give one/],
  [() => ops.repeat(x, untyped(2)), ShapeError, /^repeat: 2 is not a list; give one/],
  [() => ops.pad(x, untyped(1)), ShapeError, /^pad: 1 is not a list; give one/],
  [() => ops.split(x, untyped(undefined)), ShapeError, /^split: undefined is not a list; give one/],
  [() => ops.concat(untyped(x)), ShapeError, /^concat: .* is not a list; give one/],
  [
    () => ops.resizeBilinear(ones(device, [1, 1, 2, 2]), untyped(4)),
    ShapeError,
    /^resizeBilinear: 4 is not a list; give one/,
  ],
  [
    () => ops.resizeNearest(ones(device, [1, 1, 2, 2]), untyped(4)),
    ShapeError,
    /^resizeNearest: 4 is not a list; give one/,
  ],
  [() => ops.cast(x, untyped('float16')), SppgpuError, /^cast: dtype "float16" is not known; choose f32 or f16/],
  [() => zeros(device, [1], { dtype: untyped('f64') }), SppgpuError, /^full: dtype "f64" is not known/],
  [() => tensor(device, [1], { dtype: untyped('float32') }), SppgpuError, /^tensor: dtype "float32" is not known/],
  [() => zeros(untyped([2, 3]), untyped(undefined)), ShapeError, /undefined is not a list; give one/],
  [() => full(device, [2], untyped(undefined)), DTypeError, /^full: undefined is not a number/],
  [
    () => ops.conv2d(ones(device, [1, 1, 2, 2]), ones(device, [1, 1, 1, 1]), null, { activation: untyped('rele') }),
    SppgpuError,
    /^conv2d: activation "rele" is not known; choose none or relu/,
  ],
  [
    () => ops.spatialPyramidPool(ones(device, [1, 1, 2, 2]), [1], { mode: untyped('mean') }),
    SppgpuError,
    /^spatialPyramidPool: mode "mean" is not known; choose max or avg/,
  ],
  [
    () => ops.localResponseNorm(ones(device, [1, 1, 2, 2]), { size: 3, mode: untyped('x') }),
    SppgpuError,
    /^localResponseNorm: mode "x" is not known/,
  ],
  [() => new nn.SpatialPyramidPool2d(untyped(3)), ShapeError, /^SpatialPyramidPool2d: 3 is not a list; give one/],
  [() => new nn.Sequential(untyped(3)), SppgpuError, /^Sequential: 0 is number, not a module/],
  [() => new nn.Sequential(untyped(ops.relu)), SppgpuError, /^Sequential: 0 is function, not a module/],
  [() => ops.sum(x, { axes: untyped('0') }), ShapeError, /^sum: 0 is not a list; give one/],
  [() => ops.flip(x, { axes: untyped('0') }), ShapeError, /^flip: 0 is not a list; give one/],
  [() => ops.layerNorm(x, untyped(3)), DTypeError, /^layerNorm: weight is 3, but must be a tensor/],
  [() => ops.einsum(untyped(x), x), ShapeError, /^einsum: .* is not an equation; write letters for axes/],
  [() => ops.einsum('ij->i', untyped(3)), DTypeError, /^einsum: operand 1 is 3, but must be a tensor/],
  [() => nn.parameter(untyped(3)), DTypeError, /^parameter: takes a tensor/],
  [() => ops.mul(integers, 0.5), DTypeError, /^mul: 0.5 is no i32; use cast\(\) to make the tensor f32, or an integer/],
  [() => ops.less(integers, 0.5), DTypeError, /^less: 0.5 is no i32/],
  [() => ops.add(integers, 2 ** 31), DTypeError, /^add: 2147483648 is no i32; .* from -2147483648 to 2147483647$/],
  [
    () => ops.equal(zeros(device, [1], { dtype: 'u32' }), -1),
    DTypeError,
    /^equal: -1 is no u32; .* from 0 to 4294967295$/,
  ],
  [() => ops.where(zeros(device, [2], { dtype: 'u32' }), integers, Number.NaN), DTypeError, /^where: NaN is no i32/],
  [() => ops.pad(integers, [[1, 1]], { value: 0.5 }), DTypeError, /^pad: 0.5 is no i32/],
  [() => ops.exp(integers), DTypeError, /^exp: input is i32\[2\], but must be f32/],
  [() => ops.less(x, integers), DTypeError, /^less: inputs are f32 and i32/],
  [() => ops.where(x, x, x), DTypeError, /^where: condition is f32\[2, 3\], but must be u32/],
  [() => ops.sum(x, { axes: 2 }), ShapeError, /^sum: axis 2 does not exist in a tensor of rank 2/],
  [() => ops.mean(x, { axes: [0, -2] }), ShapeError, /^mean: axes \[0, 0\] name an axis twice/],
  [
    () => ops.max(ones(device, [2, 0]), { axes: 1 }),
    ShapeError,
    /^max: no elements along axes \[1\] of \[2, 0\]; reduce axes that have some$/,
  ],
  [() => ops.argmax(x, { axis: 5 }), ShapeError, /^argmax: axis 5/],
  [() => ops.softmax(x, { axis: 2 }), ShapeError, /^softmax: axis 2/],
  [() => ops.crossEntropy(x, x), DTypeError, /^crossEntropy: labels is f32/],
  [
    () => ops.crossEntropy(x, zeros(device, [3], { dtype: 'i32' })),
    ShapeError,
    /^crossEntropy: labels \[3\] do not match logits \[2, 3\]; give one label per row/,
  ],
  [() => ops.crossEntropy(x, integers, { labelSmoothing: 2 }), ShapeError, /^crossEntropy: labelSmoothing 2/],
  [() => ops.binaryCrossEntropyWithLogits(integers, x), DTypeError, /^binaryCrossEntropyWithLogits: logits is i32/],
  [
    () => ops.binaryCrossEntropyWithLogits(x, ones(device, [3])),
    ShapeError,
    /^binaryCrossEntropyWithLogits: targets \[3\] do not match logits \[2, 3\]; give one number a logit/,
  ],
  [
    () => ops.binaryCrossEntropyWithLogits(x, x, { weight: ones(device, [2]) }),
    ShapeError,
    /^binaryCrossEntropyWithLogits: weight \[2\] do not match/,
  ],
  [() => ops.reshape(x, [4]), ShapeError, /^reshape: 6 elements of \[2, 3\] do not fit \[4\]; give a shape of as many/],
  [
    () => ops.permute(x, [0]),
    ShapeError,
    /^permute: \[0\] does not name every axis of \[2, 3\]; list each of 0 to 1 once/,
  ],
  [() => ops.permute(x, [0, 0]), ShapeError, /^permute: axes \[0, 0\] name an axis twice/],
  [() => ops.transpose(x, 0, 2), ShapeError, /^transpose: axis 2/],
  [() => ops.expand(x, [2, 4]), ShapeError, /^expand: \[2, 3\] does not broadcast to \[2, 4\]/],
  [() => ops.slice(x, [[0, 3]]), ShapeError, /^slice: \[0, 3\] does not fit axis 0 of \[2, 3\]/],
  [() => ops.slice(x, [2]), ShapeError, /^slice: 2 does not fit axis 0/],
  [() => ops.slice(x, [[0, 2, 0]]), ShapeError, /^slice: \[0, 2, 0\] does not fit/],
  [
    () => ops.slice(x, [0, 0, 0]),
    ShapeError,
    /^slice: 3 ranges for a tensor \[2, 3\] of rank 2; give at most one per axis/,
  ],
  [() => ops.squeeze(x, 0), ShapeError, /^squeeze: axis 0 of \[2, 3\] has size 2, not 1; leave it out/],
  [() => ops.unsqueeze(x, 4), ShapeError, /^unsqueeze: axis 4/],
  [() => ops.concat([]), ShapeError, /^concat: no tensors/],
  [() => ops.concat([x, ones(device, [3, 2])]), ShapeError, /^concat: tensor 1 \[3, 2\] does not fit the first/],
  [() => ops.concat([integers, ones(device, [2])]), DTypeError, /^concat: tensor 1 is f32, the first is i32/],
  [() => ops.pad(x, [[1, 1]]), ShapeError, /^pad: amounts \[\[1, 1\]\] for a tensor \[2, 3\]/],
  [() => ops.gather(x, x), DTypeError, /^gather: indices is f32/],
  [() => ops.indexSelect(x, x), DTypeError, /^indexSelect: indices is f32/],
  [
    () => ops.gather(x, ops.cast(ops.flatten(x), 'i32')),
    ShapeError,
    /^gather: indices \[\d+\] do not fit .*indexSelect/,
  ],
  [() => ops.oneHot(integers, 0), ShapeError, /^oneHot: 0 is not a number of classes/],
  [() => ops.flip(x, { axes: 2 }), ShapeError, /^flip: axis 2/],
  [() => ops.resizeBilinear(x, [2, 2]), ShapeError, /^resizeBilinear: input has shape \[2, 3\]/],
  [() => ops.resizeBilinear(ones(device, [1, 1, 2, 2]), [0, 2]), ShapeError, /cannot be resized to \[0, 2\]/],
  [() => ops.dropout(x, { p: 1.5, seed: 0 }), SppgpuError, /^dropout: 1.5 is not a probability/],
  [() => ops.dropout(x, { seed: -1 }), SppgpuError, /^seed: -1/],
  [
    () => {
      const gone = ones(device, [2]);
      gone.dispose();
      return ops.relu(gone);
    },
    DisposedError,
    /^relu: its input \[2\], made by full, was disposed/,
  ],
];

describe('errors', () => {
  it.each(CASES.map(([call, type, message]) => [message.source, call, type, message] as const))(
    '%s',
    (_, call, type, message) => {
      const thrown = (() => {
        try {
          scope(() => void call());
          return null;
        } catch (error) {
          return error as Error;
        }
      })();
      expect(thrown).toBeInstanceOf(type);
      expect(thrown!.message).toMatch(message);
      expect(thrown!.message).not.toContain('\n');
    },
  );
});
