import { record } from '../autograd/record.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { expand } from './expand.js';
import { checkDTypes, type OpRow } from './op.js';
import { planReduction, REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import type { RowAlgorithm } from './reduction/row-ladder.js';
import { sumOver } from './reduction/sum-over.js';
import { reshape } from './reshape.js';

export interface SumOptions extends ReductionOptions {
  /** How rows (the last axis) are summed. Default `auto`. */
  readonly algorithm?: RowAlgorithm;
}

const NAMES: OptionNames<SumOptions> = { ...REDUCTION_NAMES, algorithm: true };

/**
 * The sum over axes (all by default). f32, i32 or u32; integers wrap around at 32 bits. Deterministic.
 * @throws ShapeError for an axis out of range or named twice
 */
export function sum(x: Tensor, options: SumOptions = {}): Tensor {
  checkOptions('sum', options, NAMES);
  const { algorithm, ...reduction } = options;
  checkDTypes('sum', 'input', x, ['f32', 'i32', 'u32']);
  const plan = planReduction('sum', x.shape, reduction);
  return scope(() => {
    const { shape } = x;
    return record('sum', [x], sumOver('sum', x, plan, algorithm), {
      vjp: (gradient) => [expand(reshape(gradient, plan.kept), shape)],
    });
  });
}

export const row: OpRow = {
  name: 'sum',
  family: 'reduction',
  summary: 'sum over any axes',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
