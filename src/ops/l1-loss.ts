import { checkOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { abs } from './abs.js';
import { checkPair, LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import type { OpRow } from './op.js';
import { sub } from './sub.js';

/**
 * The absolute error of `input` and `target`, f32 of one shape; no gradient where they are equal. @throws ShapeError, DTypeError
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('l1Loss', options, LOSS_NAMES);
  checkPair('l1Loss', input, target);
  return scope(() => reduced('l1Loss', abs(sub(input, target)), options.reduction));
}

export const row: OpRow = {
  name: 'l1Loss',
  family: 'loss',
  summary: 'absolute error',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
