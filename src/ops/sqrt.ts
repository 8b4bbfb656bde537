import sqrtWgsl from '../../shaders/elementwise/unary/sqrt.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sqrtWgsl);

/** The square root: NaN below 0. f32. */
export function sqrt(x: Tensor): Tensor {
  return applyUnary('sqrt', kernels, x, { saves: 'output' });
}

export const row: OpRow = {
  name: 'sqrt',
  family: 'elementwise',
  summary: 'square root',
  dtypes: ['f32'],
  differentiable: [0],
};
