import greaterWgsl from '../../shaders/elementwise/binary/greater.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary } from './elementwise/binary.js';
import { runComparison } from './elementwise/comparison.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(greaterWgsl);

/** `a > b` as u32 0 or 1, with NumPy broadcasting; NaN compares false. No gradient. @throws ShapeError, DTypeError naming both inputs. */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  return runComparison('greater', kernels, a, b);
}

export const row: OpRow = {
  name: 'greater',
  family: 'elementwise',
  summary: 'a > b as 0 or 1, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
