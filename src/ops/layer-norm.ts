import { ShapeError } from '../runtime/errors.js';
import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { sameShape, showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { mul } from './mul.js';
import { type GroupLayout, momentsOf, normalizeGroups } from './normalization/groups.js';
import { type OpRow, requireTensor } from './op.js';

export interface LayerNormOptions {
  /** How many trailing axes are normalised together. Default: those of the weight, else 1. */
  readonly axes?: number;
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
}

const NAMES: OptionNames<LayerNormOptions> = { axes: true, eps: true };

/**
 * Normalises every row over its last axes (Ba et al. 2016), then multiplies by `weight` and adds `bias`, both of the shape of
 * these axes, or null. f32.
 * @throws ShapeError, DTypeError
 */
export function layerNorm(
  x: Tensor,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  options: LayerNormOptions = {},
): Tensor {
  checkOptions('layerNorm', options, NAMES);
  const { axes = weight?.rank ?? 1, eps = 1e-5 } = options;
  checkSetting('layerNorm', 'axes', axes, { least: 1, most: x.rank, integer: true });
  checkSetting('layerNorm', 'eps', eps, { least: 0 });
  const row = x.shape.slice(x.rank - axes);
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (tensor !== null) requireTensor('layerNorm', name, tensor);
    if (tensor && !sameShape(tensor.shape, row)) {
      throw new ShapeError(`layerNorm: ${name} has shape ${showShape(tensor.shape)}, but must be ${showShape(row)}`);
    }
  }
  const size = sizeOf(row);
  const layout: GroupLayout = [1, size === 0 ? 0 : x.size / size, size];
  return scope(() => {
    const y = normalizeGroups('layerNorm', x, null, null, layout, eps, { ...momentsOf(x, layout), own: true });
    const scaled = weight ? mul(y, weight) : y;
    return bias ? add(scaled, bias) : scaled;
  });
}

export const row: OpRow = {
  name: 'layerNorm',
  family: 'normalization',
  summary: 'rows normalised over their last axes',
  dtypes: ['f32'],
  differentiable: [0, 1, 2],
};
