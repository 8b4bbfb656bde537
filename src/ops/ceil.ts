import ceilWgsl from '../../shaders/elementwise/unary/ceil.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(ceilWgsl);

/** The smallest whole number not below `x`. The gradient is 0 everywhere. f32. */
export function ceil(x: Tensor): Tensor {
  return applyUnary('ceil', kernels, x);
}

export const row: OpRow = {
  name: 'ceil',
  family: 'elementwise',
  summary: 'the whole number above',
  dtypes: ['f32'],
  differentiable: [0],
};
