import divideWgsl from '../../shaders/elementwise/unary/divide.wgsl';
import { record } from '../autograd/record.js';
import { checkOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineUnary, runUnary, runUnaryGradient } from './elementwise/unary.js';
import { expand } from './expand.js';
import { checkDTypes, type OpRow } from './op.js';
import { planReduction, REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';

const kernels = defineUnary(divideWgsl);

/**
 * The mean over axes (all by default); NaN over no elements. f32. Deterministic.
 * @throws ShapeError for an axis out of range or named twice
 */
export function mean(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('mean', options, REDUCTION_NAMES);
  checkDTypes('mean', 'input', x, ['f32']);
  const { kept, count } = planReduction('mean', x.shape, options);
  return scope(() => {
    const { shape } = x;
    return record('mean', [x], runUnary('mean', kernels, sum(x.detach(), options), count), {
      vjp: (gradient) => [expand(reshape(runUnaryGradient('mean', kernels, gradient, gradient, count), kept), shape)],
    });
  });
}

export const row: OpRow = {
  name: 'mean',
  family: 'reduction',
  summary: 'mean over any axes',
  dtypes: ['f32'],
  differentiable: [0],
};
