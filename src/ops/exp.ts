import expWgsl from '../../shaders/elementwise/unary/exp.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(expWgsl);

/** `e^x`, element by element. f32. */
export function exp(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('exp', kernels, x);
    return record('exp', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runUnaryGradient('exp', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'exp',
  family: 'elementwise',
  summary: 'e to the x',
  dtypes: ['f32'],
  differentiable: [0],
};
