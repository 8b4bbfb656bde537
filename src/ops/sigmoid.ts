import sigmoidWgsl from '../../shaders/elementwise/unary/sigmoid.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sigmoidWgsl);

/** `1 / (1 + e^-x)`, element by element, without overflow. f32. */
export function sigmoid(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('sigmoid', kernels, x);
    return record('sigmoid', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runUnaryGradient('sigmoid', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'sigmoid',
  family: 'elementwise',
  summary: '1 / (1 + exp(-x))',
  dtypes: ['f32'],
  differentiable: [0],
};
