import maximumWgsl from '../../shaders/elementwise/binary/maximum.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import { greaterEqual } from './greater-equal.js';
import { less } from './less.js';
import type { OpRow } from './op.js';
import { where } from './where.js';

const kernels = defineBinary(maximumWgsl);

/**
 * The larger of `a` and `b` with NumPy broadcasting; NaN on either side wins. On ties the gradient goes to `a`.
 * @throws ShapeError, DTypeError naming both inputs
 */
export function maximum(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('maximum', a, b);
    return record('maximum', [left, right], runBinary('maximum', kernels, left, right), {
      save: [left, right],
      vjp: (gradient, [x, y], needs) => [
        needs[0] ? sumTo(where(greaterEqual(x!, y!), gradient, 0), x!.shape) : null,
        needs[1] ? sumTo(where(less(x!, y!), gradient, 0), y!.shape) : null,
      ],
    });
  });
}

export const row: OpRow = {
  name: 'maximum',
  family: 'elementwise',
  summary: 'the larger of a and b, broadcasting; NaN wins',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
