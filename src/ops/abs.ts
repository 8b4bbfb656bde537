import absWgsl from '../../shaders/elementwise/unary/abs.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(absWgsl);

/** `|x|`, element by element. The gradient at 0 is 0. f32 or i32. */
export function abs(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('abs', kernels, x);
    return record('abs', [x], y, {
      save: [x],
      vjp: (gradient, [saved]) => [runUnaryGradient('abs', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'abs',
  family: 'elementwise',
  summary: '|x|',
  dtypes: ['f32', 'i32'],
  differentiable: [0],
};
