import { reshape } from '../ops/reshape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** `[N, …]` to `[N, features]`. */
export class Flatten extends Module {
  override forward(x: Tensor): Tensor {
    return reshape(x, [x.shape[0]!, -1]);
  }
}
