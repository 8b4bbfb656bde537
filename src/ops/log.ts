import logWgsl from '../../shaders/elementwise/unary/log.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { div } from './div.js';
import { defineUnary, runUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(logWgsl);

/** The natural logarithm: -Infinity at 0, NaN below. f32. */
export function log(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('log', kernels, x);
    return record('log', [x], y, {
      save: [x],
      vjp: (gradient, [saved]) => [div(gradient, saved!)],
    });
  });
}

export const logRow: OpRow = {
  name: 'log',
  family: 'elementwise',
  summary: 'natural logarithm',
  dtypes: ['f32'],
  differentiable: [0],
};
