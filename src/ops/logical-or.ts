import logicalOrWgsl from '../../shaders/elementwise/binary/logical_or.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { defineBinary } from './elementwise/binary.js';
import { runComparison } from './elementwise/comparison.js';
import type { OpRow } from './op.js';

const kernels = defineBinary(logicalOrWgsl);

/** u32 1 where either is not 0, else 0, with NumPy broadcasting; NaN is not 0. No gradient. @throws ShapeError, DTypeError naming both inputs. */
export function logicalOr(a: Tensor | number, b: Tensor | number): Tensor {
  return runComparison('logicalOr', kernels, a, b);
}

export const row: OpRow = {
  name: 'logicalOr',
  family: 'elementwise',
  summary: '1 where either is not 0, broadcasting',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
