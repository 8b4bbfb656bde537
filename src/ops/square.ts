import squareWgsl from '../../shaders/elementwise/unary/square.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(squareWgsl);

/** `x * x`, element by element. f32, i32 or u32. */
export function square(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('square', kernels, x);
    return record('square', [x], y, {
      save: [x],
      vjp: (gradient, [saved]) => [runUnaryGradient('square', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'square',
  family: 'elementwise',
  summary: 'x times x',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
