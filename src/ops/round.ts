import roundWgsl from '../../shaders/elementwise/unary/round.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(roundWgsl);

/** The nearest whole number; of two equally near ones the even one, as IEEE and PyTorch. The gradient is 0 everywhere. f32. */
export function round(x: Tensor): Tensor {
  return applyUnary('round', kernels, x);
}

export const row: OpRow = {
  name: 'round',
  family: 'elementwise',
  summary: 'the nearest whole number, halves to even',
  dtypes: ['f32'],
  differentiable: [0],
};
