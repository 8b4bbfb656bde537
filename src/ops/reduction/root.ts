import type { Tensor } from '../../tensor/tensor.js';
import { equal } from '../equal.js';
import { sqrt } from '../sqrt.js';
import { where } from '../where.js';

/** The square root of something that may be 0, where it gets no gradient instead of an infinite one (as PyTorch's `std`, `norm`). */
export function rootOrZero(x: Tensor): Tensor {
  const zero = equal(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}
