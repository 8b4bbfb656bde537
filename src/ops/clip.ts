import clipWgsl from '../../shaders/elementwise/unary/clip.wgsl';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(clipWgsl);

export interface ClipOptions {
  /** Lower bound. Default: none. */
  readonly min?: number;
  /** Upper bound. Default: none. */
  readonly max?: number;
}

const NAMES: OptionNames<ClipOptions> = { min: true, max: true };

/** `x` cut to `min <= x <= max`; NaN stays NaN. The gradient passes inside and on the bounds. f32. */
export function clip(x: Tensor, options: ClipOptions = {}): Tensor {
  checkOptions('clip', options, NAMES);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  return applyUnary('clip', kernels, x, { a: min, b: max });
}

export const row: OpRow = {
  name: 'clip',
  family: 'elementwise',
  summary: 'x cut to a range; NaN stays NaN',
  dtypes: ['f32'],
  differentiable: [0],
};
