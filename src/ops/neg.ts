import negWgsl from '../../shaders/elementwise/unary/neg.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(negWgsl);

/** `-x`, element by element. f32 or i32. */
export function neg(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('neg', kernels, x);
    return record('neg', [x], y, {
      vjp: (gradient) => [runUnaryGradient('neg', kernels, gradient)],
    });
  });
}

export const row: OpRow = {
  name: 'neg',
  family: 'elementwise',
  summary: '-x',
  dtypes: ['f32', 'i32'],
  differentiable: [0],
};
