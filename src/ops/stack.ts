import { ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { concat } from './concat.js';
import type { OpRow } from './op.js';
import { unsqueeze } from './unsqueeze.js';

export interface StackOptions {
  /** Where the new axis goes, counted from the end of the result if negative. Default 0. */
  readonly axis?: number;
}

const NAMES: OptionNames<StackOptions> = { axis: true };

/** Tensors of one shape and dtype side by side along a new axis. @throws ShapeError, DTypeError naming the tensor that does not fit */
export function stack(xs: readonly Tensor[], options: StackOptions = {}): Tensor {
  checkOptions('stack', options, NAMES);
  const { axis = 0 } = options;
  if (xs.length === 0) throw new ShapeError('stack: no tensors; give at least one');
  return scope(() =>
    concat(
      xs.map((x) => unsqueeze(x, axis)),
      { axis },
    ),
  );
}

export const row: OpRow = {
  name: 'stack',
  family: 'movement',
  summary: 'tensors side by side along a new axis',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
