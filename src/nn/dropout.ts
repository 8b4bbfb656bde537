import { dropout } from '../ops/dropout.js';
import { checkSetting } from '../runtime/options.js';
import type { Generator } from '../tensor/generator.js';
import type { Tensor } from '../tensor/tensor.js';
import { requireGenerator } from './layer-options.js';
import { Module } from './module.js';

/** Inverted dropout: active in training mode only. The generator's state is part of a checkpoint. */
export class Dropout extends Module {
  constructor(
    readonly p: number,
    private readonly generator: Generator,
  ) {
    super();
    checkSetting('Dropout', 'p', p, { least: 0, most: 1 });
    requireGenerator('Dropout', generator);
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    return dropout(x, { p: this.p, ...this.generator.take(x.size), training: true });
  }
}
