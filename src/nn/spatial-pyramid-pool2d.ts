import { checkLevels, spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** The SPP layer (paper section 2.2): `[N, C, H, W]` of any size to `[N, C * sum(n * n)]`. */
export class SpatialPyramidPool2d extends Module {
  constructor(
    readonly levels: readonly number[],
    private readonly mode: 'max' | 'avg' = 'max',
  ) {
    super();
    checkLevels('SpatialPyramidPool2d', levels);
  }

  override forward(x: Tensor): Tensor {
    return spatialPyramidPool(x, this.levels, { mode: this.mode });
  }
}
