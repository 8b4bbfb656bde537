import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { OpRow } from './op.js';
import { type Pair, pairOf } from './pair.js';
import { checkMaps } from './pooling/check-maps.js';
import { poolPyramid } from './pooling/pyramid.js';
import { reshape } from './reshape.js';

const OP = 'adaptiveAvgPool2d';

/**
 * The mean of `rows x columns` bins over maps of any size, as PyTorch: bin `i` of `n` over `a` cells covers
 * `[floor(i a / n), ceil((i + 1) a / n))`.
 * @throws ShapeError for a wrong rank, an empty map, or an unusable output size
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: Pair): Tensor {
  checkMaps(OP, x);
  const size = pairOf(OP, 'outputSize', outputSize, 1);
  return scope(() => reshape(poolPyramid(OP, x, [size], null, 'avg'), [x.shape[0]!, x.shape[1]!, ...size]));
}

export const row: OpRow = {
  name: OP,
  family: 'pooling',
  summary: 'the mean of a fixed number of bins over maps of any size',
  dtypes: ['f32'],
  differentiable: [0],
};
