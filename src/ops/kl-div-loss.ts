import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { div } from './div.js';
import { equal } from './equal.js';
import { exp } from './exp.js';
import { log } from './log.js';
import { checkPair, LOSS_NAMES, reduced } from './loss/reduced.js';
import { mul } from './mul.js';
import type { OpRow } from './op.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { where } from './where.js';

export interface KlDivLossOptions {
  /** `batchMean`: the sum over the first axis's length, which is the divergence of the mathematics; `mean` (default), `sum`, `none`. */
  readonly reduction?: 'batchMean' | 'mean' | 'sum' | 'none';
  /** Whether the target is in logarithms, too. Default false. */
  readonly logTarget?: boolean;
}

const NAMES: OptionNames<KlDivLossOptions> = { ...LOSS_NAMES, logTarget: true };

/**
 * The Kullback-Leibler divergence of a target distribution from `input`, which is in logarithms (of `logSoftmax`), element by
 * element: `target * (log(target) - input)`, 0 where the target is 0. f32 of one shape, in nats, as PyTorch's `kl_div`.
 * @throws ShapeError, DTypeError
 */
export function klDivLoss(input: Tensor, target: Tensor, options: KlDivLossOptions = {}): Tensor {
  checkOptions('klDivLoss', options, NAMES);
  checkPair('klDivLoss', input, target);
  const { reduction, logTarget = false } = options;
  return scope(() => {
    const losses = logTarget ? mul(exp(target), sub(target, input)) : divergence(input, target);
    if (reduction === 'batchMean') return div(sum(losses), Math.max(1, input.shape[0] ?? 1));
    return reduced('klDivLoss', losses, reduction);
  });
}

function divergence(input: Tensor, target: Tensor): Tensor {
  // The logarithm of a 0 would be infinite, and so would its gradient.
  const positive = where(equal(target, 0), 1, target);
  return sub(mul(target, log(positive)), mul(target, input));
}

export const row: OpRow = {
  name: 'klDivLoss',
  family: 'loss',
  summary: 'Kullback-Leibler divergence',
  dtypes: ['f32'],
  differentiable: [0, 1],
};
