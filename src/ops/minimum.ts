import minimumWgsl from '../../shaders/elementwise/binary/minimum.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import { greater } from './greater.js';
import { lessEqual } from './less-equal.js';
import type { OpRow } from './op.js';
import { where } from './where.js';

const kernels = defineBinary(minimumWgsl);

/**
 * The smaller of `a` and `b` with NumPy broadcasting; NaN on either side wins. On ties the gradient goes to `a`.
 * @throws ShapeError, DTypeError naming both inputs
 */
export function minimum(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('minimum', a, b);
    return record('minimum', [left, right], runBinary('minimum', kernels, left, right), {
      save: [left, right],
      vjp: (gradient, [x, y], needs) => [
        needs[0] ? sumTo(where(lessEqual(x!, y!), gradient, 0), x!.shape) : null,
        needs[1] ? sumTo(where(greater(x!, y!), gradient, 0), y!.shape) : null,
      ],
    });
  });
}

export const row: OpRow = {
  name: 'minimum',
  family: 'elementwise',
  summary: 'the smaller of a and b, broadcasting; NaN wins',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
