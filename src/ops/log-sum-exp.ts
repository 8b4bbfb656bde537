import { checkOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { abs } from './abs.js';
import { add } from './add.js';
import { equal } from './equal.js';
import { exp } from './exp.js';
import { log } from './log.js';
import { max } from './max.js';
import { checkDTypes, type OpRow } from './op.js';
import { planReduction, REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { reshape } from './reshape.js';
import { sub } from './sub.js';
import { sum } from './sum.js';
import { where } from './where.js';

/**
 * `log(sum(exp(x)))` over axes (all by default), shifted by the maximum so that nothing overflows. f32. The gradient is the
 * softmax.
 * @throws ShapeError for an axis out of range or named twice, or if there are no elements
 */
export function logSumExp(x: Tensor, options: ReductionOptions = {}): Tensor {
  checkOptions('logSumExp', options, REDUCTION_NAMES);
  checkDTypes('logSumExp', 'input', x, ['f32']);
  const { axes, shape } = planReduction('logSumExp', x.shape, options);
  const over = { axes, keepdim: true };
  return scope(() => {
    const top = max(x.detach(), over);
    // An infinite maximum would make a NaN of itself.
    const shift = where(equal(abs(top), Number.POSITIVE_INFINITY), 0, top);
    return reshape(add(log(sum(exp(sub(x, shift)), over)), shift), shape);
  });
}

export const row: OpRow = {
  name: 'logSumExp',
  family: 'reduction',
  summary: 'logarithm of the sum of exponentials over any axes',
  dtypes: ['f32'],
  differentiable: [0],
};
