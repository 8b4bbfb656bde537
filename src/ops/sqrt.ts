import sqrtGradientWgsl from '../../shaders/elementwise/binary/sqrt_gradient.wgsl';
import sqrtWgsl from '../../shaders/elementwise/unary/sqrt.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary, runBinary } from './elementwise/binary.js';
import { defineUnary, runUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sqrtWgsl);
const gradientKernels = defineBinary(sqrtGradientWgsl);

/** The square root: NaN below 0. f32. */
export function sqrt(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('sqrt', kernels, x);
    return record('sqrt', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runBinary('sqrt_gradient', gradientKernels, gradient, saved!)],
    });
  });
}

export const sqrtRow: OpRow = {
  name: 'sqrt',
  family: 'elementwise',
  summary: 'square root',
  dtypes: ['f32'],
  differentiable: [0],
};
