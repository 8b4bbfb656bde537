import tanhWgsl from '../../shaders/elementwise/unary/tanh.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(tanhWgsl);

/** The hyperbolic tangent, 1 and -1 far out on every adapter. f32. */
export function tanh(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('tanh', kernels, x);
    return record('tanh', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runUnaryGradient('tanh', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'tanh',
  family: 'elementwise',
  summary: 'hyperbolic tangent',
  dtypes: ['f32'],
  differentiable: [0],
};
