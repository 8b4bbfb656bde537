import tanhGradientWgsl from '../../shaders/elementwise/binary/tanh_gradient.wgsl';
import tanhWgsl from '../../shaders/elementwise/unary/tanh.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary, runBinary } from './elementwise/binary.js';
import { defineUnary, runUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(tanhWgsl);
const gradientKernels = defineBinary(tanhGradientWgsl);

/** The hyperbolic tangent, 1 and -1 far out on every adapter. f32. */
export function tanh(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('tanh', kernels, x);
    return record('tanh', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runBinary('tanh_gradient', gradientKernels, gradient, saved!)],
    });
  });
}

export const tanhRow: OpRow = {
  name: 'tanh',
  family: 'elementwise',
  summary: 'hyperbolic tangent',
  dtypes: ['f32'],
  differentiable: [0],
};
