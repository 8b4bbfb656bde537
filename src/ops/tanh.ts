import tanhWgsl from '../../shaders/elementwise/unary/tanh.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(tanhWgsl);

/** The hyperbolic tangent, 1 and -1 far out on every adapter. f32. */
export function tanh(x: Tensor): Tensor {
  return applyUnary('tanh', kernels, x, { saves: 'output' });
}

export const row: OpRow = {
  name: 'tanh',
  family: 'elementwise',
  summary: 'hyperbolic tangent',
  dtypes: ['f32'],
  differentiable: [0],
};
