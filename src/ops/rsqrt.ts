import rsqrtWgsl from '../../shaders/elementwise/unary/rsqrt.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(rsqrtWgsl);

/** `1 / sqrt(x)`: Infinity at 0, NaN below. f32. */
export function rsqrt(x: Tensor): Tensor {
  return applyUnary('rsqrt', kernels, x, { saves: 'output' });
}

export const row: OpRow = {
  name: 'rsqrt',
  family: 'elementwise',
  summary: 'one over the square root',
  dtypes: ['f32'],
  differentiable: [0],
};
