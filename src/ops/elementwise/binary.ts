import binaryWgsl from '../../../shaders/elementwise/binary.wgsl';
import rowsBinaryWgsl from '../../../shaders/elementwise/binary_rows.wgsl';
import scalarBinaryWgsl from '../../../shaders/elementwise/binary_scalar.wgsl';
import stridedBinaryWgsl from '../../../shaders/elementwise/binary_strided.wgsl';
import { DTypeError } from '../../runtime/errors.js';
import { defineKernel } from '../../runtime/kernel.js';
import { chunkOf, chunks } from '../../tensor/chunks.js';
import { mergeAxes } from '../../tensor/copy-strided.js';
import { full } from '../../tensor/create.js';
import type { DType } from '../../tensor/dtype.js';
import { broadcastShapes, broadcastStrides, sameShape, sizeOf } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, checkNumber, commonDevice, dense, requireTensor } from '../op.js';
import { type Apply, type ComputeType, typesOf } from './unary.js';

const kernelsOf = (apply: Apply, dtype: ComputeType) => ({
  /** Dense inputs of one shape. */
  flat: defineKernel(binaryWgsl, apply, dtype),
  /** A single element on one side. */
  scalar: defineKernel(scalarBinaryWgsl, apply, dtype),
  /** Broadcasting in whole vectors. */
  rows: defineKernel(rowsBinaryWgsl, apply, dtype),
  /** Any other broadcasting. */
  strided: defineKernel(stridedBinaryWgsl, apply, dtype),
});

/** The kernels of one binary op, by dtype. */
export type BinaryKernels = Partial<Record<ComputeType, ReturnType<typeof kernelsOf>>>;

/** `c = apply(a, b)` for the element types that the files of `apply` name; each defines `apply` and the type `Result`. */
/* @__NO_SIDE_EFFECTS__ */
export function defineBinary(...applies: readonly Apply[]): BinaryKernels {
  return Object.fromEntries(
    applies.flatMap((apply) => typesOf(apply).map((dtype) => [dtype, kernelsOf(apply, dtype)])),
  );
}

/** Makes tensors of number arguments, in the dtype of the other one. @throws DTypeError if it cannot hold the number. */
export function asTensors(op: string, a: Tensor | number, b: Tensor | number): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new DTypeError(`${op}: both arguments are numbers (${a}, ${b}); at least one must be a tensor`);
  }
  const like = (a instanceof Tensor ? a : b) as Tensor;
  const lift = (value: Tensor | number) => {
    if (typeof value !== 'number') {
      requireTensor(op, 'an input', value);
      return value;
    }
    checkNumber(op, value, like.dtype);
    return full(like.device, [], value, { dtype: like.dtype });
  };
  return [lift(a), lift(b)];
}

/** Runs a binary kernel with broadcasting; temporaries belong to the caller's scope. `resultType` defaults to the input's. */
export function runBinary(
  op: string,
  kernels: BinaryKernels,
  a: Tensor,
  b: Tensor,
  resultType?: DType,
  p = 0,
  q = 0,
): Tensor {
  const device = commonDevice(op, [a, b]);
  checkDTypes(op, 'input', a, Object.keys(kernels) as DType[]);
  if (a.dtype !== b.dtype) throw new DTypeError(`${op}: inputs are ${a.dtype} and ${b.dtype}; cast() one of them`);
  const shape = broadcastShapes(op, a.shape, b.shape);
  const output = Tensor.empty(device, shape, resultType ?? a.dtype, op);
  const { flat, scalar, rows, strided } = kernels[a.dtype as ComputeType]!;
  const many = b.size === 1 && a.size === output.size ? a : a.size === 1 && b.size === output.size ? b : null;
  const large = Math.max(sizeOf(shape), a.size, b.size) * 4 > device.maxBindingBytes;
  if (sameShape(a.shape, shape) && sameShape(b.shape, shape)) {
    const [left, right] = [dense(a, op), dense(b, op)];
    for (const chunk of chunks(device, output.size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(flat, {
        bindings: { a: chunkOf(left, chunk, op), b: chunkOf(right, chunk, op), c: chunkOf(output, chunk, op) },
        params: { size, p, q },
        invocations: size,
      });
    }
  } else if (many) {
    const [source, single] = [dense(many, op), dense(many === a ? b : a, op)];
    for (const chunk of chunks(device, output.size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(scalar, {
        bindings: { many: chunkOf(source, chunk, op), single: single.binding(op), c: chunkOf(output, chunk, op) },
        params: { size, single_first: many === b, p, q },
        invocations: size,
      });
    }
  } else if (large) {
    const expanded = [a, b].map((input) =>
      input.view(shape, broadcastStrides(input.shape, input.strides, shape), input.offset, op).denseCopy(op),
    );
    return runBinary(op, kernels, expanded[0]!, expanded[1]!, resultType, p, q);
  } else {
    const [left, right] = [dense(a, op), dense(b, op)];
    const { dims, strides } = mergeAxes(shape, [
      broadcastStrides(left.shape, left.strides, shape),
      broadcastStrides(right.shape, right.strides, shape),
    ]);
    const [aStrides, bStrides] = strides as [number[], number[]];
    const inner = dims.pop() ?? 1;
    const [aStep, bStep] = [aStrides.pop() ?? 0, bStrides.pop() ?? 0];
    // Dense inputs walk the innermost axis with a stride of 1 or, if they repeat along it, 0.
    const runs = Math.ceil(inner / 4);
    const whole = inner % 4 === 0;
    const size = sizeOf(dims) * runs;
    const bindings = { a: left.binding(op), b: right.binding(op), c: output.binding(op) };
    const params = {
      size,
      a_step: aStep,
      b_step: bStep,
      rank: dims.length,
      p,
      q,
      dims,
      a_strides: aStrides,
      b_strides: bStrides,
    };
    if (whole) device.dispatch(rows, { bindings, params: { ...params, inner: runs }, invocations: size });
    else device.dispatch(strided, { bindings, params: { ...params, inner, runs }, invocations: size });
  }
  return output;
}
