import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { abs } from './abs.js';
import { max } from './max.js';
import { checkDTypes, type OpRow } from './op.js';
import { pow } from './pow.js';
import { REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { rootOrZero } from './reduction/root.js';
import { square } from './square.js';
import { sum } from './sum.js';

export interface NormOptions extends ReductionOptions {
  /** 2 (default): Euclidean; 1: sum of magnitudes; Infinity: the largest; any other from 1. */
  readonly p?: number;
}

const NAMES: OptionNames<NormOptions> = { ...REDUCTION_NAMES, p: true };

/**
 * The p-norm over axes (all by default): `sum(|x|^p)^(1/p)`. f32. No gradient at 0; with `p` Infinity it goes to the first of
 * the largest. Made of other ops: the powers of numbers beyond 1e19 overflow.
 * @throws ShapeError for an axis out of range or named twice; SppgpuError for a `p` below 1
 */
export function norm(x: Tensor, options: NormOptions = {}): Tensor {
  checkOptions('norm', options, NAMES);
  const { p = 2, ...reduction } = options;
  checkDTypes('norm', 'input', x, ['f32']);
  if (p !== Number.POSITIVE_INFINITY) checkSetting('norm', 'p', p, { least: 1 });
  return scope(() => {
    if (p === 2) return rootOrZero(sum(square(x), reduction));
    const magnitude = abs(x);
    if (p === 1) return sum(magnitude, reduction);
    if (p === Number.POSITIVE_INFINITY) return max(magnitude, reduction);
    // Twice the root's exponent of a guarded root: at 0 nothing flows.
    return pow(rootOrZero(sum(pow(magnitude, p), reduction)), 2 / p);
  });
}

export const row: OpRow = {
  name: 'norm',
  family: 'reduction',
  summary: 'p-norm over any axes',
  dtypes: ['f32'],
  differentiable: [0],
};
