import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { div } from './div.js';
import { l1Loss } from './l1-loss.js';
import { bent } from './loss/bent.js';
import { checkPair, LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import type { OpRow } from './op.js';

export interface SmoothL1LossOptions extends LossOptions {
  /** Where the parabola becomes a line; 0: nowhere, the absolute error. Default 1. */
  readonly beta?: number;
}

const NAMES: OptionNames<SmoothL1LossOptions> = { ...LOSS_NAMES, beta: true };

/**
 * The absolute error with a parabola in place of its kink (Girshick 2015, Fast R-CNN): `huberLoss` over `beta`; f32 of one shape.
 * @throws ShapeError, DTypeError
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  checkOptions('smoothL1Loss', options, NAMES);
  checkPair('smoothL1Loss', input, target);
  const { beta = 1, reduction } = options;
  checkSetting('smoothL1Loss', 'beta', beta, { least: 0 });
  if (beta === 0) return l1Loss(input, target, { reduction });
  return scope(() => reduced('smoothL1Loss', div(bent(input, target, beta), beta), reduction));
}

export const row: OpRow = {
  name: 'smoothL1Loss',
  family: 'loss',
  summary: 'absolute error with a rounded kink',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
