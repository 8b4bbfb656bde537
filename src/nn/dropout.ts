import { dropout } from '../ops/dropout.js';
import type { Generator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Inverted dropout: active in training mode only. The generator's state is part of a checkpoint. */
export class Dropout extends Module {
  constructor(
    readonly p: number,
    private readonly generator: Generator,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    return dropout(x, { p: this.p, ...this.generator.take(x.size), training: true });
  }
}
