import { record } from '../autograd/record.js';
import { DTypeError, ShapeError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { copyStrided } from '../tensor/copy-strided.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, requireList, sameShape, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { commonDevice, type OpRow } from './op.js';
import { slice } from './slice.js';

export interface ConcatOptions {
  /** The axis along which the tensors lie one behind another. Default 0. */
  readonly axis?: number;
}

const NAMES: OptionNames<ConcatOptions> = { axis: true };

/**
 * Tensors of one dtype joined along an axis; their other dims must match.
 * @throws ShapeError, DTypeError naming the tensor that does not fit
 */
export function concat(xs: readonly Tensor[], options: ConcatOptions = {}): Tensor {
  checkOptions('concat', options, NAMES);
  const { axis = 0 } = options;
  requireList('concat', xs);
  const [first] = xs;
  if (!first) throw new ShapeError('concat: no tensors; give at least one');
  const device = commonDevice('concat', xs);
  const along = normalizeAxis('concat', axis, first.rank);
  for (const [i, x] of xs.entries()) {
    if (x.dtype !== first.dtype) {
      throw new DTypeError(`concat: tensor ${i} is ${x.dtype}, the first is ${first.dtype}; cast() one of them`);
    }
    if (x.rank !== first.rank || !sameShape(x.shape.with(along, 0), first.shape.with(along, 0))) {
      throw new ShapeError(
        `concat: tensor ${i} ${showShape(x.shape)} does not fit the first ${showShape(first.shape)}; only axis ${along} may differ`,
      );
    }
  }
  const lengths = xs.map((x) => x.shape[along]!);
  const starts = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, length) => sum + length, 0));
  const shape = first.shape.with(
    along,
    lengths.reduce((sum, length) => sum + length, 0),
  );
  return scope(() => {
    const y = Tensor.empty(device, shape, first.dtype, 'concat');
    for (const [i, x] of xs.entries()) {
      const { dtype, shape, strides, offset } = x;
      copyStrided(
        { storage: x.storage('concat'), dtype, shape, strides, offset },
        { storage: y.storage('concat'), dtype, shape, strides: y.strides, offset: starts[i]! * y.strides[along]! },
      );
    }
    return record('concat', xs, y, {
      vjp: (gradient, _, needs) =>
        xs.map((_, i) => {
          const range = [starts[i]!, starts[i]! + lengths[i]!] as const;
          return needs[i] ? slice(gradient, [...new Array<null>(along).fill(null), range]) : null;
        }),
    });
  });
}

export const row: OpRow = {
  name: 'concat',
  family: 'movement',
  summary: 'tensors joined along an axis',
  dtypes: ['f32', 'f16', 'i32', 'u32'],
  differentiable: [0],
};
