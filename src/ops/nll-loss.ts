import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { cast } from './cast.js';
import { div } from './div.js';
import { equal } from './equal.js';
import { gather } from './gather.js';
import { indexSelect } from './index-select.js';
import { LOSS_NAMES, type LossOptions, reduced } from './loss/reduced.js';
import { mul } from './mul.js';
import { neg } from './neg.js';
import { notEqual } from './not-equal.js';
import { checkDTypes, checkRank, type OpRow } from './op.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { unsqueeze } from './unsqueeze.js';
import { where } from './where.js';

export interface NllLossOptions extends LossOptions {
  /** Rows with this label give 0 and are not counted. Default -100. */
  readonly ignoreIndex?: number;
  /** Weight of each class `[C]`; the mean divides by the weights of the rows. Default 1. */
  readonly weight?: Tensor;
}

const NAMES: OptionNames<NllLossOptions> = { ...LOSS_NAMES, ignoreIndex: true, weight: true };

/**
 * Minus the log-probability `[N, C]` (of `logSoftmax`) of each row's i32 label `[N]`. A label that is neither a class nor
 * `ignoreIndex` makes the loss NaN. From logits, `crossEntropy` does both in one kernel.
 * @throws ShapeError, DTypeError
 */
export function nllLoss(input: Tensor, labels: Tensor, options: NllLossOptions = {}): Tensor {
  checkOptions('nllLoss', options, NAMES);
  const { ignoreIndex = -100, weight, reduction = 'mean' } = options;
  checkDTypes('nllLoss', 'input', input, ['f32']);
  checkDTypes('nllLoss', 'labels', labels, ['i32']);
  checkRank('nllLoss', 'input', input, 2, '[rows, classes]');
  const [rows, classes] = input.shape;
  if (labels.rank !== 1 || labels.size !== rows || (weight && (weight.rank !== 1 || weight.size !== classes))) {
    throw new ShapeError(
      `nllLoss: labels ${showShape(labels.shape)}${weight ? ` or weights ${showShape(weight.shape)}` : ''} do not match the input ${showShape(input.shape)}; give a label per row and a weight per class`,
    );
  }
  return scope(() => {
    const ignored = equal(labels, ignoreIndex);
    const safe = where(ignored, 0, labels);
    const picked = neg(reshape(gather(input, unsqueeze(safe, 1), { axis: 1 }), [-1]));
    const share = where(
      ignored,
      0,
      weight ? indexSelect(weight.detach(), safe) : cast(notEqual(labels, ignoreIndex), 'f32'),
    );
    const losses = where(ignored, 0, weight ? mul(picked, share) : picked);
    return reduction === 'mean' ? div(sum(losses), sum(share)) : reduced('nllLoss', losses, reduction);
  });
}

export const row: OpRow = {
  name: 'nllLoss',
  family: 'loss',
  summary: 'negative log-likelihood of integer labels',
  dtypes: ['f32'],
  differentiable: [0],
};
