import type { Tensor } from '../../tensor/tensor.js';
import { mean } from '../mean.js';
import { mul } from '../mul.js';
import { relu } from '../relu.js';
import { square } from '../square.js';
import { sub } from '../sub.js';
import { sum } from '../sum.js';

/** Of the elements over some axes, which stay with a size of 1. */
export interface SquaresAroundMean {
  /** The mean as f32 holds it. */
  readonly centre: Tensor;
  /** How far the true mean is from there. */
  readonly rest: Tensor;
  /** Sum of the squared distances from the true mean. */
  readonly squares: Tensor;
}

/**
 * What variances and normalisations are made of. A mean far from 0 costs no precision: two passes, and what the rounded mean
 * is off by is taken out of the squares (Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", the
 * corrected two-pass algorithm). Temporaries belong to the caller's scope.
 */
export function squaresAroundMean(x: Tensor, axes: readonly number[], count: number): SquaresAroundMean {
  const over = { axes, keepdim: true };
  const centre = mean(x, over);
  const distance = sub(x, centre);
  const rest = mean(distance, over);
  // Never below 0; relu keeps NaN.
  const squares = relu(sub(sum(square(distance), over), mul(square(rest), count)));
  return { centre, rest, squares };
}
