import type { Tensor } from '../tensor/tensor.js';
import { resample } from './image/resample.js';
import type { OpRow } from './op.js';

/**
 * Resizes maps `[N, C, H, W]` to `[N, C, height, width]` by copying cell `floor(i * in / out)`: PyTorch's
 * `interpolate(mode='nearest')`, by whole numbers where PyTorch rounds the factor.
 * @throws ShapeError unless the input is `[N, C, H, W]` with H and W from 1 and the size is positive
 */
export function resizeNearest(x: Tensor, size: readonly [height: number, width: number]): Tensor {
  return resample('resizeNearest', x, size, (i, from, to) => [[Math.floor((i * from) / to), 1]]);
}

export const row: OpRow = {
  name: 'resizeNearest',
  family: 'image',
  summary: 'maps resized by copying cells',
  dtypes: ['f32'],
  differentiable: [0],
};
