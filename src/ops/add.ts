import addWgsl from '../../shaders/elementwise/binary/add.wgsl';
import { record } from '../autograd/record.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { asTensors, defineBinary, runBinary } from './elementwise/binary.js';
import { sumTo } from './elementwise/sum-to.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(addWgsl);

/** `a + b` with NumPy broadcasting. @throws ShapeError, DTypeError naming both inputs. */
export function add(a: Tensor | number, b: Tensor | number): Tensor {
  return scope(() => {
    const [left, right] = asTensors('add', a, b);
    return record('add', [left, right], runBinary('add', kernels, left, right), {
      vjp: (gradient, _, needs) => [
        needs[0] ? sumTo(gradient, left.shape) : null,
        needs[1] ? sumTo(gradient, right.shape) : null,
      ],
    });
  });
}

export const row: OpRow = {
  name: 'add',
  family: 'elementwise',
  summary: 'a + b, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0, 1],
};
