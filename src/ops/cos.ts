import cosWgsl from '../../shaders/elementwise/unary/cos.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(cosWgsl);

/** The cosine of an angle in radians, to 1e-6 up to 65,536 (further out the spacing of f32 numbers is felt). f32. */
export function cos(x: Tensor): Tensor {
  return applyUnary('cos', kernels, x);
}

export const row: OpRow = {
  name: 'cos',
  family: 'elementwise',
  summary: 'cosine',
  dtypes: ['f32'],
  differentiable: [0],
};
