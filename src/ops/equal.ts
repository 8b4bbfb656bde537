import equalWgsl from '../../shaders/elementwise/binary/equal.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary } from './elementwise/binary.js';
import { runComparison } from './elementwise/comparison.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(equalWgsl);

/** `a == b` as u32 0 or 1, with NumPy broadcasting; NaN compares false. No gradient. @throws ShapeError, DTypeError naming both inputs. */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  return runComparison('equal', kernels, a, b);
}

export const row: OpRow = {
  name: 'equal',
  family: 'elementwise',
  summary: 'a == b as 0 or 1, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
