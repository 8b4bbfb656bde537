import type { Tensor } from '../tensor/tensor.js';
import { equal } from './equal.js';
import type { OpRow } from './op.js';

/** u32 1 where `x` is 0, else 0; NaN is not 0. No gradient. */
export function logicalNot(x: Tensor): Tensor {
  return equal(x, 0);
}

export const row: OpRow = {
  name: 'logicalNot',
  family: 'elementwise',
  summary: '1 where x is 0',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [],
};
