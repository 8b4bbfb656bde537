import { noGrad } from '../autograd/mode.js';
import { record } from '../autograd/record.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { div } from './div.js';
import { mul } from './mul.js';
import { checkDTypes, type OpRow } from './op.js';
import { planReduction, REDUCTION_NAMES, type ReductionOptions } from './reduction/axes.js';
import { squaresAroundMean } from './reduction/squares-around-mean.js';
import { reshape } from './reshape.js';
import { sub } from './sub.js';

export interface VarianceOptions extends ReductionOptions {
  /** What is subtracted from the count: 1 (default) for a sample, 0 for a population. */
  readonly correction?: number;
}

const NAMES: OptionNames<VarianceOptions> = { ...REDUCTION_NAMES, correction: true };

/**
 * Sum of squared distances from the mean over `count - correction`; NaN or Infinity where that is not positive. f32.
 * A mean far from 0 costs no precision.
 * @throws ShapeError for an axis out of range or named twice
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkOptions('variance', options, NAMES);
  const { correction = 1, ...reduction } = options;
  checkDTypes('variance', 'input', x, ['f32']);
  const { axes, kept, shape, count } = planReduction('variance', x.shape, reduction);
  const divisor = Math.max(0, count - correction);
  return scope(() => {
    const [centre, rest, value] = noGrad(() => {
      const { centre, rest, squares } = squaresAroundMean(x, axes, count);
      return [centre, rest, reshape(div(squares, divisor), shape)] as const;
    });
    return record('variance', [x], value, {
      save: [x, centre, rest],
      vjp: (gradient, [saved, middle, off]) => {
        const distance = sub(sub(saved!, middle!), off!);
        return [mul(distance, reshape(div(mul(gradient, 2), divisor), kept))];
      },
    });
  });
}

export const row: OpRow = {
  name: 'variance',
  family: 'reduction',
  summary: 'variance over any axes, of a sample or a population',
  dtypes: ['f32'],
  differentiable: [0],
};
