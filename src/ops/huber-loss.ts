import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { bent } from './loss/bent.js';
import { checkPair, LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import type { OpRow } from './op.js';

export interface HuberLossOptions extends LossOptions {
  /** Where the parabola becomes a line; above 0. Default 1. */
  readonly delta?: number;
}

const NAMES: OptionNames<HuberLossOptions> = { ...LOSS_NAMES, delta: true };

/**
 * Half the squared error up to `delta`, from there on a line of slope `delta` (Huber 1964); f32 of one shape.
 * @throws ShapeError, DTypeError
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  checkOptions('huberLoss', options, NAMES);
  checkPair('huberLoss', input, target);
  const { delta = 1, reduction } = options;
  checkSetting('huberLoss', 'delta', delta, { above: 0 });
  return scope(() => reduced('huberLoss', bent(input, target, delta), reduction));
}

export const row: OpRow = {
  name: 'huberLoss',
  family: 'loss',
  summary: 'squared error near 0, absolute error beyond',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
