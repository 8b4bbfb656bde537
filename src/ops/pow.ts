import powWgsl from '../../shaders/elementwise/binary/pow.wgsl';
import baseSlopeWgsl from '../../shaders/elementwise/binary/pow_base_slope.wgsl';
import exponentSlopeWgsl from '../../shaders/elementwise/binary/pow_exponent_slope.wgsl';
import integerWgsl from '../../shaders/elementwise/binary/pow_integer.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import { mul } from './mul.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(powWgsl, integerWgsl);
const baseSlope = defineBinary(baseSlopeWgsl);
const exponentSlope = defineBinary(exponentSlopeWgsl);

/**
 * `a ^ b` with NumPy broadcasting and the special cases of JavaScript: anything to the 0 is 1, a finite negative base to
 * a fraction is NaN. Integers wrap around; a negative exponent gives `1 / a^|b|` cut towards zero.
 * @throws ShapeError, DTypeError naming both inputs
 */
export function pow(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('pow', a, b);
    const y = runBinary('pow', kernels, left, right);
    return record('pow', [left, right], y, {
      save: [left, right, y],
      vjp: (gradient, saved, needs) => {
        const [base, exponent, power] = saved as [Tensor, Tensor, Tensor];
        const slopeBy = (by: 0 | 1) =>
          by === 0
            ? runBinary('pow_base_slope', baseSlope, base, exponent)
            : runBinary('pow_exponent_slope', exponentSlope, base, power);
        return [base, exponent].map((input, i) =>
          needs[i] ? sumTo(mul(gradient, slopeBy(i as 0 | 1)), input.shape) : null,
        );
      },
    });
  });
}

export const row: OpRow = {
  name: 'pow',
  family: 'elementwise',
  summary: 'a to the b, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
