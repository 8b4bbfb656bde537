import { type LocalResponseNormOptions, LRN_NAMES, localResponseNorm } from '../ops/local-response-norm.js';
import { requireOptions } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { Module } from './module.js';

/** Local response normalisation, across channels (AlexNet) or within one (released ZF-5). */
export class LocalResponseNorm extends Module {
  constructor(private readonly options: LocalResponseNormOptions) {
    super();
    requireOptions('LocalResponseNorm', options, LRN_NAMES);
  }

  override forward(x: Tensor): Tensor {
    return localResponseNorm(x, this.options);
  }
}
