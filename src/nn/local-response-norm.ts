import { type LocalResponseNormOptions, localResponseNorm } from '../ops/local-response-norm.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Local response normalisation, across channels (AlexNet) or within one (released ZF-5). */
export class LocalResponseNorm extends Module {
  constructor(private readonly options: LocalResponseNormOptions) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.options);
  }
}
