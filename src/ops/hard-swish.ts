import hardSwishWgsl from '../../shaders/elementwise/unary/hard_swish.wgsl';
import type { Tensor } from '../tensor/tensor.js';
import { applyUnary, defineUnary } from './elementwise/unary.js';
import type { OpRow } from './op.js';

const kernels = defineUnary(hardSwishWgsl);

/** `x * clip(x + 3, 0, 6) / 6`: Swish without exponentials (Howard et al. 2019, MobileNetV3). NaN at -Infinity, as PyTorch. f32. */
export function hardSwish(x: Tensor): Tensor {
  return applyUnary('hardSwish', kernels, x);
}

export const row: OpRow = {
  name: 'hardSwish',
  family: 'elementwise',
  summary: 'x times a ramp from -3 to 3',
  dtypes: ['f32'],
  differentiable: [0],
};
