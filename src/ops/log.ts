import logWgsl from '../../shaders/elementwise/unary/log.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(logWgsl);

/** The natural logarithm: -Infinity at 0, NaN below. f32. */
export function log(x: Tensor): Tensor {
  return applyUnary('log', kernels, x);
}

export const row: OpRow = {
  name: 'log',
  family: 'elementwise',
  summary: 'natural logarithm',
  dtypes: ['f32'],
  differentiable: [0],
};
