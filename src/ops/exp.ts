import expWgsl from '../../shaders/elementwise/unary/exp.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(expWgsl);

/** `e^x`, element by element. f32. */
export function exp(x: Tensor): Tensor {
  return applyUnary('exp', kernels, x, { saves: 'output' });
}

export const row: OpRow = {
  name: 'exp',
  family: 'elementwise',
  summary: 'e to the x',
  dtypes: ['f32'],
  differentiable: [0],
};
