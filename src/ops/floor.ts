import floorWgsl from '../../shaders/elementwise/unary/floor.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(floorWgsl);

/** The largest whole number not above `x`. The gradient is 0 everywhere. f32. */
export function floor(x: Tensor): Tensor {
  return applyUnary('floor', kernels, x);
}

export const row: OpRow = {
  name: 'floor',
  family: 'elementwise',
  summary: 'the whole number below',
  dtypes: ['f32'],
  differentiable: [0],
};
