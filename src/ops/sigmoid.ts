import sigmoidWgsl from '../../shaders/elementwise/unary/sigmoid.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sigmoidWgsl);

/** `1 / (1 + e^-x)`, element by element, without overflow. f32. */
export function sigmoid(x: Tensor): Tensor {
  return applyUnary('sigmoid', kernels, x, { saves: 'output' });
}

export const row: OpRow = {
  name: 'sigmoid',
  family: 'elementwise',
  summary: '1 / (1 + exp(-x))',
  dtypes: ['f32'],
  differentiable: [0],
};
