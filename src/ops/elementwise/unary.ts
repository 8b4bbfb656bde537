import gridWgsl from '../../../shaders/common/grid.wgsl?raw';
import f32Wgsl from '../../../shaders/common/types/f32.wgsl?raw';
import i32Wgsl from '../../../shaders/common/types/i32.wgsl?raw';
import u32Wgsl from '../../../shaders/common/types/u32.wgsl?raw';
import unaryWgsl from '../../../shaders/elementwise/unary.wgsl?raw';
import { gridFor } from '../../runtime/grid.js';
import { defineKernel, type Kernel } from '../../runtime/kernel.js';
import { chunkOf, chunks } from '../../tensor/chunks.js';
import type { DType } from '../../tensor/dtype.js';
import { Tensor } from '../../tensor/tensor.js';
import { checkDTypes, dense } from '../op.js';

export const TYPE_PRELUDES = { f32: f32Wgsl, i32: i32Wgsl, u32: u32Wgsl } as const;
export type ComputeType = keyof typeof TYPE_PRELUDES;

const WG = 64;

/** The kernels of one unary op, by dtype. */
export type UnaryKernels = Partial<Record<ComputeType, Kernel>>;

/** Declares `y = apply(x)` for the given dtypes; the last of `sources` defines `apply`. */
export function defineUnary(
  op: string,
  sources: string | readonly string[],
  dtypes: readonly ComputeType[] = ['f32'],
): UnaryKernels {
  return Object.fromEntries(
    dtypes.map((dtype) => [
      dtype,
      defineKernel(`${op}_${dtype}`, TYPE_PRELUDES[dtype], gridWgsl, ...[sources].flat(), unaryWgsl),
    ]),
  );
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
      overrides: { WG },
      workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  }
  return output;
}
