import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { copyStrided } from '../tensor/copy-strided.js';
import { full } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import { requireList, showShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkNumber, type OpRow } from './op.js';
import { slice } from './slice.js';

export interface PadOptions {
  /** What surrounds the tensor. Default 0. */
  readonly value?: number;
}

const NAMES: OptionNames<PadOptions> = { value: true };

/**
 * A constant border: `[before, after]` elements for each axis.
 * @throws ShapeError unless there is a pair of non-negative integers for every axis; DTypeError for a value that the type cannot hold
 */
export function pad(
  x: Tensor,
  amounts: readonly (readonly [before: number, after: number])[],
  options: PadOptions = {},
): Tensor {
  checkOptions('pad', options, NAMES);
  requireList('pad', amounts);
  const { value = 0 } = options;
  const usable = amounts.flat().every((amount) => Number.isInteger(amount) && amount >= 0);
  if (amounts.length !== x.rank || !usable) {
    throw new ShapeError(
      `pad: amounts [${amounts.map(showShape).join(', ')}] for a tensor ${showShape(x.shape)}; give [before, after] from 0 for each axis`,
    );
  }
  checkNumber('pad', value, x.dtype);
  return scope(() => {
    const { dtype, shape, strides, offset } = x;
    const y = full(
      x.device,
      shape.map((dim, axis) => dim + amounts[axis]![0] + amounts[axis]![1]),
      value,
      { dtype },
    );
    copyStrided(
      { storage: x.storage('pad'), dtype, shape, strides, offset },
      {
        storage: y.storage('pad'),
        dtype,
        shape,
        strides: y.strides,
        offset: amounts.reduce((sum, [before], axis) => sum + before * y.strides[axis]!, 0),
      },
    );
    return record('pad', [x], y, {
      vjp: (gradient) => [
        slice(
          gradient,
          shape.map((dim, axis) => [amounts[axis]![0], amounts[axis]![0] + dim] as const),
        ),
      ],
    });
  });
}

export const row: OpRow = {
  name: 'pad',
  family: 'movement',
  summary: 'a constant border around a tensor',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
