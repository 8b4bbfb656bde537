import castWgsl from '../../shaders/cast/cast.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { made } from '../runtime/made.js';
import { checkChoice } from '../runtime/options.js';
import { chunkOf, chunks } from '../tensor/chunks.js';
import { DTYPES, type DType } from '../tensor/dtype.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { dense, type OpRow } from './op.js';

const kernelsFrom = (from: DType) => ({
  f32: defineKernel(castWgsl, `from_${from}`, 'to_f32'),
  f16: defineKernel(castWgsl, `from_${from}`, 'to_f16'),
  i32: defineKernel(castWgsl, `from_${from}`, 'to_i32'),
  u32: defineKernel(castWgsl, `from_${from}`, 'to_u32'),
});
/** By the type read, then the type written. */
const kernels = made(() => ({
  f32: kernelsFrom('f32'),
  f16: kernelsFrom('f16'),
  i32: kernelsFrom('i32'),
  u32: kernelsFrom('u32'),
}));

/**
 * The values in another dtype, as WGSL converts them: floats are cut towards zero and kept in the integer's range, i32 and
 * u32 keep their bits, f16 rounds to the nearest half, beyond 65504 to infinity. The same dtype gives a view. Gradients (f32) pass between float types only.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  checkChoice('cast', 'dtype', dtype, DTYPES);
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
    device.dispatch(kernels[x.dtype][dtype], {
      bindings: { x: chunkOf(source, chunk, 'cast'), y: chunkOf(y, chunk, 'cast') },
      params: { size },
      invocations: size,
    });
  }
  return y;
}

export const row: OpRow = {
  name: 'cast',
  family: 'elementwise',
  summary: 'the values in another dtype',
  dtypes: DTYPES,
  differentiable: [0],
};
