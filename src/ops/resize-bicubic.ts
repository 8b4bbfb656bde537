import type { Tensor } from '../tensor/tensor.js';
import { resample, type Sampler } from './image/resample.js';
import type { OpRow } from './op.js';

/** The slope of Keys' kernel (1981, "Cubic convolution interpolation") that PyTorch uses. */
const A = -0.75;

/**
 * Resizes maps `[N, C, H, W]` to `[N, C, height, width]` by cubic interpolation of 4x4 cells: pixel centres at half-integers,
 * edges clamped, no antialias; PyTorch's `interpolate(mode='bicubic')`. The result may overshoot.
 * @throws ShapeError unless the input is `[N, C, H, W]` with H and W from 1 and the size is positive
 */
export function resizeBicubic(x: Tensor, size: readonly [height: number, width: number]): Tensor {
  return resample('resizeBicubic', x, size, cubic);
}

const near = (d: number) => ((A + 2) * d - (A + 3)) * d * d + 1;
const far = (d: number) => ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;

const cubic: Sampler = (i, from, to) => {
  const at = ((i + 0.5) * from) / to - 0.5;
  const low = Math.floor(at);
  const t = at - low;
  const weights = [far(t + 1), near(t), near(1 - t), far(2 - t)];
  const merged = new Map<number, number>();
  for (const [k, weight] of weights.entries()) {
    const cell = Math.min(Math.max(low - 1 + k, 0), from - 1);
    merged.set(cell, (merged.get(cell) ?? 0) + weight);
  }
  return [...merged];
};

export const row: OpRow = {
  name: 'resizeBicubic',
  family: 'image',
  summary: 'maps resized by bicubic interpolation',
  dtypes: ['f32'],
  differentiable: [0],
};
