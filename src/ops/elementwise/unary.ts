import unaryWgsl from '../../../shaders/elementwise/unary.wgsl';
import unaryGradientWgsl from '../../../shaders/elementwise/unary_gradient.wgsl';
import { record } from '../../autograd/record.js';
import { defineKernel } from '../../runtime/kernel.js';
import { type Shader, type ShaderInterface, waysOf } from '../../runtime/shader.js';
import { chunkOf, chunks } from '../../tensor/chunks.js';
import type { DType } from '../../tensor/dtype.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, commonDevice, dense } from '../op.js';

/** Element types that kernels compute in. */
export type ComputeType = 'f32' | 'i32' | 'u32';

/** The file of an element-wise op: it defines `apply`, and its head names the element types. */
export type Apply = Shader<
  ShaderInterface & { bindings: never; optional: never; overrides: never; choices: ComputeType }
>;

/** The element types that the head of an op's file names. */
export function typesOf(apply: Apply): ComputeType[] {
  return waysOf(apply).map(([dtype]) => dtype as ComputeType);
}

const kernelOf = (apply: Apply, dtype: ComputeType) => defineKernel(unaryWgsl, apply, dtype);
const gradientOf = (apply: Apply) => defineKernel(unaryGradientWgsl, apply, 'f32');

/** The kernels of one unary op: its values by dtype, and its gradient, which is f32. */
export interface UnaryKernels {
  readonly values: Partial<Record<ComputeType, ReturnType<typeof kernelOf>>>;
  readonly gradient: ReturnType<typeof gradientOf>;
}

/** The kernels of the file that defines `apply(x, a, b)` and `gradient(g, saved, a, b)`, for the element types that it names. */
/* @__NO_SIDE_EFFECTS__ */
export function defineUnary(apply: Apply): UnaryKernels {
  return {
    values: Object.fromEntries(typesOf(apply).map((dtype) => [dtype, kernelOf(apply, dtype)])),
    gradient: gradientOf(apply),
  };
}

/** `y = apply(x, a, b)` with the gradient of the same file, which reads what it `saves`. */
export function applyUnary(
  op: string,
  kernels: UnaryKernels,
  x: Tensor,
  { saves = 'input', a = 0, b = 0 }: { saves?: 'input' | 'output'; a?: number; b?: number } = {},
): Tensor {
  return scope(() => {
    const y = runUnary(op, kernels, x, a, b);
    return record(op, [x], y, {
      save: [saves === 'input' ? x : y],
      vjp: (gradient, [saved]) => [runUnaryGradient(op, kernels, gradient, saved!, a, b)],
    });
  });
}

/** `y = apply(x, a, b)`; temporaries belong to the caller's scope. */
export function runUnary(op: string, kernels: UnaryKernels, x: Tensor, a = 0, b = 0): Tensor {
  checkDTypes(op, 'input', x, Object.keys(kernels.values) as DType[]);
  const source = dense(x, op);
  const { device } = x;
  const output = Tensor.empty(device, x.shape, x.dtype, op);
  for (const chunk of chunks(device, x.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernels.values[x.dtype as ComputeType]!, {
      bindings: { x: chunkOf(source, chunk, op), y: chunkOf(output, chunk, op) },
      params: { size, a, b },
      invocations: size,
    });
  }
  return output;
}

/**
 * `dx = gradient(dy, saved, a, b)`. What was saved is the input or the output, as the op's file wants it; a gradient that
 * reads neither leaves it out.
 */
export function runUnaryGradient(
  op: string,
  kernels: UnaryKernels,
  dy: Tensor,
  saved: Tensor = dy,
  a = 0,
  b = 0,
): Tensor {
  const name = `${op}_gradient`;
  const device = commonDevice(name, [dy, saved]);
  for (const [argument, tensor] of Object.entries({ gradient: dy, saved }))
    checkDTypes(name, argument, tensor, ['f32']);
  const [from, at] = [dense(dy, name), dense(saved, name)];
  const dx = Tensor.empty(device, dy.shape, 'f32', name);
  for (const chunk of chunks(device, dy.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernels.gradient, {
      bindings: { dy: chunkOf(from, chunk, name), saved: chunkOf(at, chunk, name), dx: chunkOf(dx, chunk, name) },
      params: { size, a, b },
      invocations: size,
    });
  }
  return dx;
}
