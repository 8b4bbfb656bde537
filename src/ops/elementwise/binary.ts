import divideWgsl from '../../../shaders/common/divide.wgsl?raw';
import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import stridedWgsl from '../../../shaders/common/strided.wgsl?raw';
import binaryWgsl from '../../../shaders/elementwise/binary.wgsl?raw';
import rowsBinaryWgsl from '../../../shaders/elementwise/binary_rows.wgsl?raw';
import scalarBinaryWgsl from '../../../shaders/elementwise/binary_scalar.wgsl?raw';
import stridedBinaryWgsl from '../../../shaders/elementwise/binary_strided.wgsl?raw';
import { DTypeError } from '../../runtime/errors.js';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel, type Kernel } from '../../runtime/kernel.js';
import { chunkOf, chunks } from '../../tensor/chunks.js';
import { mergeAxes } from '../../tensor/copy-strided.js';
import { full } from '../../tensor/create.js';
import type { DType } from '../../tensor/dtype.js';
import { broadcastShapes, broadcastStrides, sameShape, sizeOf } from '../../tensor/shape.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, checkNumber, commonDevice, dense } from '../op.js';
import { type ComputeType, TYPE_PRELUDES } from './unary.js';

const WG = 64;

/**
 * The kernels of one binary op, by dtype: for dense inputs of one shape, for a single element on one side, for broadcasting
 * in whole vectors, for any other broadcasting.
 */
export type BinaryKernels = Partial<
  Record<ComputeType, Readonly<Record<'flat' | 'scalar' | 'rows' | 'strided', Kernel>>>
>;

/** Declares `c = apply(a, b)` for the given dtypes; the last of `sources` defines `apply` and the type `Result`. */
export function defineBinary(
  op: string,
  sources: string | readonly string[],
  dtypes: readonly ComputeType[] = ['f32'],
): BinaryKernels {
  return Object.fromEntries(
    dtypes.map((dtype) => {
      const preludes = [TYPE_PRELUDES[dtype], gridWgsl, ...[sources].flat()];
      const walk = [divideWgsl, stridedWgsl];
      const flat = defineKernel(`${op}_${dtype}`, ...preludes, binaryWgsl);
      const scalar = defineKernel(`${op}_scalar_${dtype}`, ...preludes, scalarBinaryWgsl);
      const rows = defineKernel(`${op}_rows_${dtype}`, ...preludes, ...walk, rowsBinaryWgsl);
      const strided = defineKernel(`${op}_strided_${dtype}`, ...preludes, ...walk, stridedBinaryWgsl);
      return [dtype, { flat, scalar, rows, strided }];
    }),
  );
}

/** Makes tensors of number arguments, in the dtype of the other one. @throws DTypeError if it cannot hold the number. */
export function asTensors(op: string, a: Tensor | number, b: Tensor | number): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') {
    throw new DTypeError(`${op}: both arguments are numbers (${a}, ${b}); at least one must be a tensor`);
  }
  const like = (a instanceof Tensor ? a : b) as Tensor;
  const lift = (value: Tensor | number) => {
    if (value instanceof Tensor) return value;
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
  const grid = (count: number) => gridFor(count, WG, device.limits.maxComputeWorkgroupsPerDimension);
  const many = b.size === 1 && a.size === output.size ? a : a.size === 1 && b.size === output.size ? b : null;
  const large = Math.max(sizeOf(shape), a.size, b.size) * 4 > device.maxBindingBytes;
  if (sameShape(a.shape, shape) && sameShape(b.shape, shape)) {
    const [left, right] = [dense(a, op), dense(b, op)];
    for (const chunk of chunks(device, output.size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(flat, {
        bindings: { a: chunkOf(left, chunk, op), b: chunkOf(right, chunk, op), c: chunkOf(output, chunk, op) },
        params: { size, p, q },
        overrides: { WG },
        workgroups: grid(size),
      });
    }
  } else if (many) {
    const [source, single] = [dense(many, op), dense(many === a ? b : a, op)];
    for (const chunk of chunks(device, output.size)) {
      const size = Math.ceil(chunk.count / 4);
      device.dispatch(scalar, {
        bindings: { many: chunkOf(source, chunk, op), single: single.binding(op), c: chunkOf(output, chunk, op) },
        params: { size, single_first: many === b, p, q },
        overrides: { WG },
        workgroups: grid(size),
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
    device.dispatch(whole ? rows : strided, {
      bindings: { a: left.binding(op), b: right.binding(op), c: output.binding(op) },
      params: {
        size,
        ...(whole ? { inner: runs } : { inner, runs }),
        a_step: aStep,
        b_step: bStep,
        rank: dims.length,
        p,
        q,
        dims,
        a_strides: aStrides,
        b_strides: bStrides,
      },
      overrides: { WG },
      workgroups: grid(size),
    });
  }
  return output;
}
