import squareWgsl from '../../shaders/elementwise/unary/square.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(squareWgsl);

/** `x * x`, element by element. f32, i32 or u32. */
export function square(x: Tensor): Tensor {
  return applyUnary('square', kernels, x);
}

export const row: OpRow = {
  name: 'square',
  family: 'elementwise',
  summary: 'x times x',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
