import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { normalizedExp, type SoftmaxOptions } from './softmax/normalized-exp.js';

/** `exp(x)` divided by its sum along an axis (the last by default). f32. @throws ShapeError for an axis out of range. */
export function softmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return normalizedExp('softmax', x, options);
}

export const row: OpRow = {
  name: 'softmax',
  family: 'reduction',
  summary: 'exponentials that add up to 1 along an axis',
  dtypes: ['f32'],
  differentiable: [0],
};
