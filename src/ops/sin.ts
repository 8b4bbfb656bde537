import sinWgsl from '../../shaders/elementwise/unary/sin.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sinWgsl);

/** The sine of an angle in radians, to 1e-6 up to 65,536 (further out the spacing of f32 numbers is felt). f32. */
export function sin(x: Tensor): Tensor {
  return applyUnary('sin', kernels, x);
}

export const row: OpRow = {
  name: 'sin',
  family: 'elementwise',
  summary: 'sine',
  dtypes: ['f32'],
  differentiable: [0],
};
