import signWgsl from '../../shaders/elementwise/unary/sign.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(signWgsl);

/** -1, 0 or 1 as `x` is below, at or above 0. The gradient is 0 everywhere. f32 or i32; NaN stays NaN (PyTorch gives 0). */
export function sign(x: Tensor): Tensor {
  return applyUnary('sign', kernels, x);
}

export const row: OpRow = {
  name: 'sign',
  family: 'elementwise',
  summary: '-1, 0 or 1',
  dtypes: ['f32', 'i32'],
  differentiable: [0],
};
