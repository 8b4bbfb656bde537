import placesWgsl from '../../shaders/movement/gather_places.wgsl';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { MAX_RANK } from '../tensor/copy-strided.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, rowMajorStrides, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { indexSelect } from './index-select.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';
import { reshape } from './reshape.js';

const kernel = defineKernel(placesWgsl);

export interface GatherOptions {
  /** The axis that the indices point along. Default 0. */
  readonly axis?: number;
}

const NAMES: OptionNames<GatherOptions> = { axis: true };

/**
 * One element of `x` for each of the i32 `indices`: its own place, with the index along the axis (PyTorch's `gather`). With
 * `axis` 1, `y[i, j] = x[i, indices[i, j]]`. Both have one rank; the indices may be shorter than `x` along the other axes. An
 * index outside the axis gives NaN (in integers, all bits set). The gradient adds up in a fixed order.
 * To pick whole rows, use `indexSelect`.
 * @throws ShapeError, DTypeError
 */
export function gather(x: Tensor, indices: Tensor, options: GatherOptions = {}): Tensor {
  checkOptions('gather', options, NAMES);
  checkDTypes('gather', 'input', x, ['f32', 'i32', 'u32']);
  return scope(() => indexSelect(reshape(x, [-1]), placesAlong('gather', x, indices, options.axis ?? 0)));
}

/** The flat i32 place in `x` of each element that indices along an axis mean; -1 outside. @throws ShapeError, DTypeError */
export function placesAlong(op: string, x: Tensor, indices: Tensor, along: number): Tensor {
  checkDTypes(op, 'indices', indices, ['i32']);
  const axis = normalizeAxis(op, along, x.rank);
  if (indices.rank !== x.rank || indices.shape.some((dim, i) => i !== axis && dim > x.shape[i]!)) {
    throw new ShapeError(
      `${op}: indices ${showShape(indices.shape)} do not fit ${showShape(x.shape)}; give as many axes, none longer save axis ${axis}, or use indexSelect() for rows`,
    );
  }
  if (x.rank > MAX_RANK) throw new ShapeError(`${op}: rank ${x.rank} is more than ${MAX_RANK}; join axes by reshape()`);
  const device = commonDevice(op, [x, indices]);
  const strides = rowMajorStrides(x.shape);
  const places = Tensor.empty(device, indices.shape, 'i32', op);
  device.dispatch(kernel, {
    bindings: { indices: dense(indices, op).binding(op), places: places.binding(op) },
    params: {
      size: places.size,
      n: x.shape[axis]!,
      stride: strides[axis]!,
      rank: x.rank,
      dims: indices.shape,
      strides: strides.with(axis, 0),
    },
    invocations: places.size,
  });
  return places;
}

export const row: OpRow = {
  name: 'gather',
  family: 'movement',
  summary: 'an element for each index, along one axis',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
