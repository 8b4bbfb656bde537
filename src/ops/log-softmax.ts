import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { normalizedExp, type SoftmaxOptions } from './softmax/normalized-exp.js';

/** The logarithm of softmax along an axis, without losing small probabilities (the last by default). f32. @throws ShapeError for an axis out of range. */
export function logSoftmax(x: Tensor, options: SoftmaxOptions = {}): Tensor {
  return normalizedExp('logSoftmax', x, options);
}

export const row: OpRow = {
  name: 'logSoftmax',
  family: 'reduction',
  summary: 'logarithm of softmax along an axis',
  dtypes: ['f32'],
  differentiable: [0],
};
