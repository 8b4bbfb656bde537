import reluWgsl from '../../shaders/elementwise/unary/relu.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(reluWgsl);

/** `max(x, 0)`, element by element; NaN stays NaN. The gradient at 0 is 0. f32 or i32. */
export function relu(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('relu', kernels, x);
    return record('relu', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [reluGradient(gradient, saved!)],
    });
  });
}

/** The gradient through a ReLU, from its output `y`: also for ops with a fused one. */
export function reluGradient(gradient: Tensor, y: Tensor): Tensor {
  return runUnaryGradient('relu', kernels, gradient, y);
}

export const row: OpRow = {
  name: 'relu',
  family: 'elementwise',
  summary: 'max(x, 0); NaN stays NaN',
  dtypes: ['f32', 'i32'],
  differentiable: [0],
};
