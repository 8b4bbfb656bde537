import type { Tensor } from '../tensor/tensor.js';
import { notEqual } from './not-equal.js';
import { checkDTypes, type OpRow } from './op.js';

/** u32 1 where `x` is NaN, else 0, by the bits: drivers fold `x != x` away. No gradient. f32. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: an op has the name that people know; a module's import is not a global
export function isNaN(x: Tensor): Tensor {
  checkDTypes('isNaN', 'input', x, ['f32']);
  return notEqual(x, x);
}

export const row: OpRow = {
  name: 'isNaN',
  family: 'elementwise',
  summary: '1 where x is NaN',
  dtypes: ['f32'],
  differentiable: [],
};
