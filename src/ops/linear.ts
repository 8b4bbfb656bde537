import { ShapeError } from '../runtime/errors.js';
import { checkChoice, checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { showShape, sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type MatmulAlgorithm, matmul } from './matmul.js';
import { checkOperands, type OpRow } from './op.js';
import { reshape } from './reshape.js';
import { autocastOperands } from './tile/operands.js';

export interface LinearOpOptions {
  /** Fused behind the product. Default `none`. */
  readonly activation?: 'none' | 'relu';
  /** A rung of the ladder of matrix products by name; default: the best for this adapter and shape. */
  readonly algorithm?: MatmulAlgorithm | 'auto';
}

const NAMES: OptionNames<LinearOpOptions> = { activation: true, algorithm: true };

/**
 * `x wᵀ + b`, as PyTorch's `linear`: `x` is `[..., in]`, `w` `[out, in]`, `b` `[out]` or null; the result `[..., out]`.
 * `x` and `w` are both f32 or both f16, `b` and the result f32.
 * @throws ShapeError naming the argument that does not fit
 */
export function linear(x: Tensor, w: Tensor, b: Tensor | null = null, options: LinearOpOptions = {}): Tensor {
  checkOptions('linear', options, NAMES);
  checkChoice('linear', 'activation', options.activation, ['none', 'relu']);
  return scope(() => {
    [x, w] = autocastOperands(x, w);
    checkOperands('linear', 'input', x, 'weight', w);
    const [outFeatures, inFeatures] = w.shape;
    if (w.rank !== 2 || x.rank === 0 || x.shape.at(-1) !== inFeatures) {
      throw new ShapeError(
        `linear: input ${showShape(x.shape)} and weight ${showShape(w.shape)} do not fit; give [..., in] and [out, in]`,
      );
    }
    const lead = x.shape.slice(0, -1);
    const rows = x.rank === 2 ? x : reshape(x, [sizeOf(lead), inFeatures!]);
    const y = matmul(rows, w, { ...options, transposeB: true, ...(b && { bias: b }) });
    return x.rank === 2 ? y : reshape(y, [...lead, outFeatures!]);
  });
}

export const row: OpRow = {
  name: 'linear',
  family: 'matmul',
  summary: 'x by a transposed weight, plus a bias: a fully connected layer',
  dtypes: ['f32', 'f16'],
  differentiable: [0, 1, 2],
};
