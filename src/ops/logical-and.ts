import logicalAndWgsl from '../../shaders/elementwise/binary/logical_and.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary } from './elementwise/binary.js';
import { runComparison } from './elementwise/comparison.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(logicalAndWgsl);

/** u32 1 where both are not 0, else 0, with NumPy broadcasting; NaN is not 0. No gradient. @throws ShapeError, DTypeError naming both inputs. */
export function logicalAnd(a: Tensor | number, b: Tensor | number): Tensor {
  return runComparison('logicalAnd', kernels, a, b);
}

export const row: OpRow = {
  name: 'logicalAnd',
  family: 'elementwise',
  summary: '1 where both are not 0, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
