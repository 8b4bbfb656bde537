import eluWgsl from '../../shaders/elementwise/unary/elu.wgsl';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(eluWgsl);

export interface EluOptions {
  /** How far below 0 it goes. Default 1. */
  readonly alpha?: number;
}

const NAMES: OptionNames<EluOptions> = { alpha: true };

/** `x` above 0, else `alpha * (e^x - 1)` (Clevert et al. 2015). NaN stays NaN. f32. */
export function elu(x: Tensor, options: EluOptions = {}): Tensor {
  checkOptions('elu', options, NAMES);
  const { alpha = 1 } = options;
  return applyUnary('elu', kernels, x, { a: alpha });
}

export const row: OpRow = {
  name: 'elu',
  family: 'elementwise',
  summary: 'x above 0, else an exponential down to -alpha',
  dtypes: ['f32'],
  differentiable: [0],
};
