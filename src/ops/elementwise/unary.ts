import unaryWgsl from '../../../shaders/elementwise/unary.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { type Shader, type ShaderInterface, waysOf } from '../../runtime/shader.js';
import { chunkOf, chunks } from '../../tensor/chunks.js';
import type { DType } from '../../tensor/dtype.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, dense } from '../op.js';

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

/** The kernels of one unary op, by dtype. */
export type UnaryKernels = Partial<Record<ComputeType, ReturnType<typeof kernelOf>>>;

const kernelOf = (apply: Apply, dtype: ComputeType) => defineKernel(unaryWgsl, apply, dtype);

/** `y = apply(x)` for the element types that the file of `apply` names. */
/* @__NO_SIDE_EFFECTS__ */
export function defineUnary(apply: Apply): UnaryKernels {
  return Object.fromEntries(typesOf(apply).map((dtype) => [dtype, kernelOf(apply, dtype)]));
}

/** Runs a unary kernel; temporaries belong to the caller's scope. */
export function runUnary(op: string, kernels: UnaryKernels, x: Tensor, a = 0, b = 0): Tensor {
  checkDTypes(op, 'input', x, Object.keys(kernels) as DType[]);
  const source = dense(x, op);
  const { device } = x;
  const output = Tensor.empty(device, x.shape, x.dtype, op);
  for (const chunk of chunks(device, x.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernels[x.dtype as ComputeType]!, {
      bindings: { x: chunkOf(source, chunk, op), y: chunkOf(output, chunk, op) },
      params: { size, a, b },
      invocations: size,
    });
  }
  return output;
}
