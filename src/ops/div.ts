import divWgsl from '../../shaders/elementwise/binary/div.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(divWgsl);

/**
 * `a / b` with NumPy broadcasting. Integers divide towards zero, and by zero they give the dividend.
 * @throws ShapeError, DTypeError naming both inputs
 */
export function div(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('div', a, b);
    const y = runBinary('div', kernels, left, right);
    return record('div', [left, right], y, {
      save: [right, y],
      vjp: (gradient, [divisor, quotient], needs) => {
        const toLeft = div(gradient, divisor!);
        return [
          needs[0] ? sumTo(toLeft, left.shape) : null,
          needs[1] ? neg(sumTo(mul(toLeft, quotient!), divisor!.shape)) : null,
        ];
      },
    });
  });
}

export const row: OpRow = {
  name: 'div',
  family: 'elementwise',
  summary: 'a / b, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
