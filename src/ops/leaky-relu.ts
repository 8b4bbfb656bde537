import leakyReluWgsl from '../../shaders/elementwise/unary/leaky_relu.wgsl';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(leakyReluWgsl);

export interface LeakyReluOptions {
  /** Factor below 0. Default 0.01. */
  readonly negativeSlope?: number;
}

const NAMES: OptionNames<LeakyReluOptions> = { negativeSlope: true };

/** `x` above 0, else `negativeSlope * x`; NaN stays NaN. The gradient at 0 is the slope. f32. */
export function leakyRelu(x: Tensor, options: LeakyReluOptions = {}): Tensor {
  checkOptions('leakyRelu', options, NAMES);
  const { negativeSlope = 0.01 } = options;
  return applyUnary('leakyRelu', kernels, x, { a: negativeSlope });
}

export const row: OpRow = {
  name: 'leakyRelu',
  family: 'elementwise',
  summary: 'x above 0, else a small multiple of x',
  dtypes: ['f32'],
  differentiable: [0],
};
