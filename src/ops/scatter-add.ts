import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { sameShape, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { add } from './add.js';
import { placesAlong } from './gather.js';
import { indexSelect, sumByIndex } from './index-select.js';
import { checkDTypes, type OpRow } from './op.js';
import { reshape } from './reshape.js';

export interface ScatterAddOptions {
  /** The axis that the indices point along. Default 0. */
  readonly axis?: number;
}

const NAMES: OptionNames<ScatterAddOptions> = { axis: true };

/**
 * `x` plus each element of `source` at its own place, but with the i32 index along the axis: the reverse of `gather`, PyTorch's
 * `scatter_add`. With `axis` 1, `y[i, indices[i, j]] += source[i, j]`. Adds in a fixed order, without atomics. An index outside
 * the axis adds nothing. f32.
 * @throws ShapeError, DTypeError
 */
export function scatterAdd(x: Tensor, indices: Tensor, source: Tensor, options: ScatterAddOptions = {}): Tensor {
  checkOptions('scatterAdd', options, NAMES);
  for (const [name, tensor] of Object.entries({ input: x, source })) checkDTypes('scatterAdd', name, tensor, ['f32']);
  if (!sameShape(indices.shape, source.shape)) {
    throw new ShapeError(
      `scatterAdd: indices ${showShape(indices.shape)} and source ${showShape(source.shape)} differ; give an index for each element`,
    );
  }
  return scope(() => {
    const places = placesAlong('scatterAdd', x, indices, options.axis ?? 0);
    const added = reshape(sumByIndex(source, places, [x.size], 0), x.shape);
    const scattered = record('scatterAdd', [source], added, {
      save: [places],
      vjp: (gradient, [saved]) => [indexSelect(reshape(gradient, [-1]), saved!)],
    });
    return add(x, scattered);
  });
}

export const row: OpRow = {
  name: 'scatterAdd',
  family: 'movement',
  summary: 'elements added at an index each, along one axis',
  dtypes: ['f32'],
  differentiable: [0, 2],
};
