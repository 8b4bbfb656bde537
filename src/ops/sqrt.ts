import sqrtWgsl from '../../shaders/elementwise/unary/sqrt.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sqrtWgsl);

/** The square root: NaN below 0. f32. */
export function sqrt(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('sqrt', kernels, x);
    return record('sqrt', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runUnaryGradient('sqrt', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'sqrt',
  family: 'elementwise',
  summary: 'square root',
  dtypes: ['f32'],
  differentiable: [0],
};
