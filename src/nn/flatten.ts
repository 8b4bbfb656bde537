import { type FlattenOptions, flatten } from '../ops/flatten.js';
import { checkOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Axes joined into one: all but the first by default, `[N, …]` to `[N, features]`. */
export class Flatten extends Module {
  constructor(private readonly options: FlattenOptions = {}) {
    super();
    checkOptions('Flatten', options, { start: true, end: true });
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, { start: 1, ...this.options });
  }
}
