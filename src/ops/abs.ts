import absWgsl from '../../shaders/elementwise/unary/abs.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(absWgsl);

/** `|x|`, element by element. The gradient at 0 is 0. f32 or i32. */
export function abs(x: Tensor): Tensor {
  return applyUnary('abs', kernels, x);
}

export const row: OpRow = {
  name: 'abs',
  family: 'elementwise',
  summary: '|x|',
  dtypes: ['f32', 'i32'],
  differentiable: [0],
};
