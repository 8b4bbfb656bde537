import geluWgsl from '../../shaders/elementwise/unary/gelu.wgsl';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(geluWgsl);

export interface GeluOptions {
  /** `'tanh'`: the approximation that some published nets were trained with. Default `'none'`. */
  readonly approximate?: 'none' | 'tanh';
}

const NAMES: OptionNames<GeluOptions> = { approximate: true };

/** `x` times the share of a normal distribution below it (Hendrycks and Gimpel 2016). NaN at -Infinity, as PyTorch. f32. */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  checkOptions('gelu', options, NAMES);
  checkChoice('gelu', 'approximate', options.approximate, ['none', 'tanh']);
  return applyUnary('gelu', kernels, x, { a: Number(options.approximate === 'tanh') });
}

export const row: OpRow = {
  name: 'gelu',
  family: 'elementwise',
  summary: 'x times the normal distribution below x',
  dtypes: ['f32'],
  differentiable: [0],
};
