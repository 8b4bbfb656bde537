import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { binaryCrossEntropyWithLogits } from './binary-cross-entropy-with-logits.js';
import { checkPair, LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import { mul } from './mul.js';
import type { OpRow } from './op.js';
import { pow } from './pow.js';
import { sigmoid } from './sigmoid.js';
import { sub } from './sub.js';

export interface FocalLossOptions extends LossOptions {
  /** Weight of the positive elements, the negative have the rest; below 0: no weights. Default 0.25. */
  readonly alpha?: number;
  /** How much sure answers are played down; 0: not at all. Default 2. */
  readonly gamma?: number;
}

const NAMES: OptionNames<FocalLossOptions> = { ...LOSS_NAMES, alpha: true, gamma: true };

/**
 * Binary cross-entropy of the sigmoid of `input` in which elements that are right already count little (Lin et al. 2017); f32 of
 * one shape, targets from 0 to 1. As torchvision's `sigmoid_focal_loss`, but the default is the mean. The gradient goes to
 * `input`.
 * @throws ShapeError, DTypeError
 */
export function focalLoss(input: Tensor, target: Tensor, options: FocalLossOptions = {}): Tensor {
  checkOptions('focalLoss', options, NAMES);
  checkPair('focalLoss', input, target);
  const { alpha = 0.25, gamma = 2, reduction } = options;
  checkSetting('focalLoss', 'alpha', alpha, { most: 1 });
  checkSetting('focalLoss', 'gamma', gamma, { least: 0 });
  return scope(() => {
    const answers = target.detach();
    const p = sigmoid(input);
    // How far off: p where the target is 0, 1 - p where it is 1.
    const off = add(mul(p, sub(1, answers)), mul(sub(1, p), answers));
    const plain = binaryCrossEntropyWithLogits(input, answers, { reduction: 'none' });
    const focused = mul(plain, pow(off, gamma));
    const weighted = alpha < 0 ? focused : mul(focused, add(mul(answers, 2 * alpha - 1), 1 - alpha));
    return reduced('focalLoss', weighted, reduction);
  });
}

export const row: OpRow = {
  name: 'focalLoss',
  family: 'loss',
  summary: 'cross-entropy that plays sure answers down',
  dtypes: ['f32'],
  differentiable: [0],
};
