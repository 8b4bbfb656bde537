import { maxPool2d, type Pool2dOptions } from '../ops/max-pool2d.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Max pooling; options as the op's. */
export class MaxPool2d extends Module {
  constructor(private readonly options: Pool2dOptions) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.options);
  }
}
