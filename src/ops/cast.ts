import castWgsl from '../../shaders/cast/cast.wgsl?raw';
import fromF16Wgsl from '../../shaders/cast/from_f16.wgsl?raw';
import fromF32Wgsl from '../../shaders/cast/from_f32.wgsl?raw';
import fromI32Wgsl from '../../shaders/cast/from_i32.wgsl?raw';
import fromU32Wgsl from '../../shaders/cast/from_u32.wgsl?raw';
import toF16Wgsl from '../../shaders/cast/to_f16.wgsl?raw';
import toF32Wgsl from '../../shaders/cast/to_f32.wgsl?raw';
import toI32Wgsl from '../../shaders/cast/to_i32.wgsl?raw';
import toU32Wgsl from '../../shaders/cast/to_u32.wgsl?raw';
import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import { record } from '../autograd/record.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { checkDType } from '../tensor/create.js';
import type { DType } from '../tensor/dtype.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { dense, type OpRow } from './op.js';

const DTYPES = ['f32', 'f16', 'i32', 'u32'] as const;
const FROM = { f32: fromF32Wgsl, f16: fromF16Wgsl, i32: fromI32Wgsl, u32: fromU32Wgsl };
const TO = { f32: toF32Wgsl, f16: toF16Wgsl, i32: toI32Wgsl, u32: toU32Wgsl };
const kernels = new Map<string, Kernel>(
  DTYPES.flatMap((from) =>
    DTYPES.filter((to) => to !== from).map((to) => {
      const name = `cast_${from}_${to}`;
      return [name, defineKernel(name, gridWgsl, FROM[from], TO[to], castWgsl)] as const;
    }),
  ),
);
const WG = 64;

/**
 * The values in another dtype, as WGSL converts them: floats are cut towards zero and kept in the integer's range, i32 and
 * u32 keep their bits, f16 rounds. The same dtype gives a view. Gradients (f32) pass between float types only.
 * @throws DTypeError for f16 on a device without it
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkDType(x.device, dtype, 'cast');
  return scope(() => {
    const y = dtype === x.dtype ? x.detach() : convert(x, dtype);
    const isFloat = (type: DType) => type === 'f32' || type === 'f16';
    return isFloat(dtype) && isFloat(x.dtype) ? record('cast', [x], y, { vjp: (gradient) => [gradient] }) : y;
  });
}

function convert(x: Tensor, dtype: DType): Tensor {
  const { device } = x;
  const source = dense(x, 'cast');
  const y = Tensor.empty(device, x.shape, dtype, 'cast');
  for (const chunk of chunks(device, x.size)) {
    const size = Math.ceil(chunk.count / 4);
    device.dispatch(kernels.get(`cast_${x.dtype}_${dtype}`)!, {
      bindings: { x: chunkOf(source, chunk, 'cast'), y: chunkOf(y, chunk, 'cast') },
      params: { size },
      overrides: { WG },
      workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  }
  return y;
}

export const castRow: OpRow = {
  name: 'cast',
  family: 'elementwise',
  summary: 'the values in another dtype',
  dtypes: DTYPES,
  differentiable: [0],
};
