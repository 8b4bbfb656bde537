import squareGradientWgsl from '../../shaders/elementwise/binary/square_gradient.wgsl';
import squareWgsl from '../../shaders/elementwise/unary/square.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary, runBinary } from './elementwise/binary.js';
import { defineUnary, runUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(squareWgsl);
const gradientKernels = defineBinary(squareGradientWgsl);

/** `x * x`, element by element. f32, i32 or u32. */
export function square(x: Tensor): Tensor {
  return scope(() => {
    const y = runUnary('square', kernels, x);
    return record('square', [x], y, {
      save: [x],
      vjp: (gradient, [saved]) => [runBinary('square_gradient', gradientKernels, gradient, saved!)],
    });
  });
}

export const squareRow: OpRow = {
  name: 'square',
  family: 'elementwise',
  summary: 'x times x',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
