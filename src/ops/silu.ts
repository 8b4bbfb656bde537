import siluWgsl from '../../shaders/elementwise/unary/silu.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(siluWgsl);

/** `x * sigmoid(x)` (Swish): NaN at -Infinity, as PyTorch. f32. */
export function silu(x: Tensor): Tensor {
  return applyUnary('silu', kernels, x);
}

export const row: OpRow = {
  name: 'silu',
  family: 'elementwise',
  summary: 'x times its sigmoid',
  dtypes: ['f32'],
  differentiable: [0],
};
