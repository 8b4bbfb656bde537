import softplusWgsl from '../../shaders/elementwise/unary/softplus.wgsl';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(softplusWgsl);

export interface SoftplusOptions {
  /** How sharp the bend at 0 is. Default 1. */
  readonly beta?: number;
}

const NAMES: OptionNames<SoftplusOptions> = { beta: true };

/** `log(1 + exp(beta x)) / beta`, a smooth ReLU, exact far out without a threshold. f32. @throws SppgpuError unless beta is above 0 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  checkOptions('softplus', options, NAMES);
  const { beta = 1 } = options;
  checkSetting('softplus', 'beta', beta, { above: 0 });
  return applyUnary('softplus', kernels, x, { a: beta });
}

export const row: OpRow = {
  name: 'softplus',
  family: 'elementwise',
  summary: 'a smooth ReLU',
  dtypes: ['f32'],
  differentiable: [0],
};
