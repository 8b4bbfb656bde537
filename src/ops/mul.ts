import mulWgsl from '../../shaders/elementwise/binary/mul.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(mulWgsl);

/** `a * b` with NumPy broadcasting. @throws ShapeError, DTypeError naming both inputs. */
export function mul(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('mul', a, b);
    return record('mul', [left, right], runBinary('mul', kernels, left, right), {
      save: [left, right],
      vjp: (gradient, [x, y], needs) => [
        needs[0] ? sumTo(mul(gradient, y!), x!.shape) : null,
        needs[1] ? sumTo(mul(gradient, x!), y!.shape) : null,
      ],
    });
  });
}

export const row: OpRow = {
  name: 'mul',
  family: 'elementwise',
  summary: 'a * b, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
