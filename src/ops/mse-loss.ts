import { checkOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkPair, LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import type { OpRow } from './op.js';
import { square } from './square.js';
import { sub } from './sub.js';

/**
 * The squared error of `input` and `target`, f32 of one shape. @throws ShapeError, DTypeError
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions('mseLoss', options, LOSS_NAMES);
  checkPair('mseLoss', input, target);
  return scope(() => reduced('mseLoss', square(sub(input, target)), options.reduction));
}

export const row: OpRow = {
  name: 'mseLoss',
  family: 'loss',
  summary: 'squared error',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
