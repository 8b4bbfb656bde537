import sigmoidGradientWgsl from '../../shaders/elementwise/binary/sigmoid_gradient.wgsl';
import sigmoidWgsl from '../../shaders/elementwise/unary/sigmoid.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary, runBinary } from './elementwise/binary.js';
import { defineUnary, runUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(sigmoidWgsl);
const gradientKernels = defineBinary(sigmoidGradientWgsl);

/** `1 / (1 + e^-x)`, element by element, without overflow. f32. */
export function sigmoid(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('sigmoid', kernels, x);
    return record('sigmoid', [x], y, {
      save: [y],
      vjp: (gradient, [saved]) => [runBinary('sigmoid_gradient', gradientKernels, gradient, saved!)],
    });
  });
}

export const sigmoidRow: OpRow = {
  name: 'sigmoid',
  family: 'elementwise',
  summary: '1 / (1 + exp(-x))',
  dtypes: ['f32'],
  differentiable: [0],
};
