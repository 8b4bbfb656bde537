import logWgsl from '../../shaders/elementwise/unary/log.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(logWgsl);

/** The natural logarithm: -Infinity at 0, NaN below. f32. */
export function log(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('log', kernels, x);
    return record('log', [x], y, {
      save: [x],
      vjp: (gradient, [saved]) => [runUnaryGradient('log', kernels, gradient, saved!)],
    });
  });
}

export const row: OpRow = {
  name: 'log',
  family: 'elementwise',
  summary: 'natural logarithm',
  dtypes: ['f32'],
  differentiable: [0],
};
