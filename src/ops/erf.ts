import erfWgsl from '../../shaders/elementwise/unary/erf.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(erfWgsl);

/** The error function, `2 / sqrt(pi)` times the integral of `exp(-t^2)` from 0 to `x`. f32. */
export function erf(x: Tensor): Tensor {
  return applyUnary('erf', kernels, x);
}

export const row: OpRow = {
  name: 'erf',
  family: 'elementwise',
  summary: 'the error function',
  dtypes: ['f32'],
  differentiable: [0],
};
