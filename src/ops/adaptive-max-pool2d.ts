import { ShapeError } from '../runtime/errors.js';
import { scope } from '../tensor/scope.js';
import { showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDTypes, checkRank, type OpRow } from './op.js';
import { type Pair, pair } from './pooling/pool-shape.js';
import { poolPyramid } from './pooling/pyramid.js';
import { reshape } from './reshape.js';

const OP = 'adaptiveMaxPool2d';

/**
 * The maximum of `rows x columns` bins over maps of any size, as PyTorch: bin `i` of `n` over `a` cells covers
 * `[floor(i a / n), ceil((i + 1) a / n))`.
 * @throws ShapeError for a wrong rank, an empty map, or an unusable output size
 */
export function adaptiveMaxPool2d(x: Tensor, outputSize: Pair): Tensor {
  checkDTypes(OP, 'input', x, ['f32']);
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  const size = pair(outputSize);
  if (!size.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(`${OP}: output size ${showShape(size)} is not usable; give integers >= 1`);
  }
  if (x.shape[2] === 0 || x.shape[3] === 0)
    throw new ShapeError(`${OP}: the map of ${showShape(x.shape)} has no cells to pool`);
  return scope(() => reshape(poolPyramid(OP, x, [size], null, 'max'), [x.shape[0]!, x.shape[1]!, ...size]));
}

export const adaptiveMaxPool2dRow: OpRow = {
  name: OP,
  family: 'pooling',
  summary: 'the maximum of a fixed number of bins over maps of any size',
  dtypes: ['f32'],
  differentiable: [0],
};
