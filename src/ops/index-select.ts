import selectWgsl from '../../shaders/movement/index_select.wgsl';
import gradientWgsl from '../../shaders/movement/index_select_gradient.wgsl';
import linksWgsl from '../../shaders/movement/index_select_links.wgsl';
import sortWgsl from '../../shaders/movement/index_select_sort.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, type Shape, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';

const kernels = {
  vectors: {
    forward: defineKernel(selectWgsl, 'vector'),
    backward: defineKernel(gradientWgsl, 'vector'),
  },
  scalars: {
    forward: defineKernel(selectWgsl, 'scalar'),
    backward: defineKernel(gradientWgsl, 'scalar'),
  },
};
const sortKernel = defineKernel(sortWgsl);
const linksKernel = defineKernel(linksWgsl);

export interface IndexSelectOptions {
  /** The axis that the indices pick from. Default 0: rows. */
  readonly axis?: number;
}

const NAMES: OptionNames<IndexSelectOptions> = { axis: true };

/**
 * Rows of `x` picked along an axis by i32 `indices` of any shape, which takes the axis's place: an embedding look-up. With
 * indices `[K]` it is PyTorch's `index_select`.
 * An index outside the axis gives NaN (in integers, all bits set). The gradient adds up in a fixed order; for `count` indices
 * it takes about log2(count) passes over them and one over the rows.
 * @throws ShapeError, DTypeError
 */
export function indexSelect(x: Tensor, indices: Tensor, options: IndexSelectOptions = {}): Tensor {
  checkOptions('indexSelect', options, NAMES);
  const { axis = 0 } = options;
  checkDTypes('indexSelect', 'input', x, ['f32', 'i32', 'u32']);
  checkDTypes('indexSelect', 'indices', indices, ['i32']);
  const along = normalizeAxis('indexSelect', axis, x.rank);
  const device = commonDevice('indexSelect', [x, indices]);
  const n = x.shape[along]!;
  const inner = sizeOf(x.shape.slice(along + 1));
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return scope(() => {
    const y = Tensor.empty(device, shape, x.dtype, 'indexSelect');
    const places = dense(indices, 'indexSelect');
    const [lanes, { forward }] = lanesOf(inner);
    device.dispatch(forward, {
      bindings: {
        x: dense(x, 'indexSelect').binding('indexSelect'),
        indices: places.binding('indexSelect'),
        y: y.binding('indexSelect'),
      },
      params: { size: y.size / lanes, n, count: indices.size, inner: inner / lanes },
      invocations: y.size / lanes,
    });
    const before = x.shape;
    return record('indexSelect', [x], y, {
      save: [places],
      vjp: (gradient, [saved]) => [sumByIndex(gradient, saved!, before, along)],
    });
  });
}

const lanesOf = (inner: number) =>
  inner % 4 === 0 ? ([4, kernels.vectors] as const) : ([1, kernels.scalars] as const);

/**
 * The gradient of a selection: rows of zeros `[..., n, ...]` of `shape` along `axis`, to each of which the rows of `addends`
 * (with the axes of the dense `indices` in the place of `axis`) that have its index are added, in a fixed order. An index
 * outside the axis adds nothing.
 */
export function sumByIndex(addends: Tensor, indices: Tensor, shape: Shape, axis: number): Tensor {
  const [n, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
  const [lanes, { backward }] = lanesOf(inner);
  const y = Tensor.empty(addends.device, shape, 'f32', 'indexSelect');
  addends.device.dispatch(backward, {
    bindings: {
      gradient: dense(addends, 'indexSelect').binding('indexSelect'),
      links: linksOf(indices, n).binding('indexSelect'),
      dx: y.binding('indexSelect'),
    },
    params: { size: y.size / lanes, n, count: indices.size, inner: inner / lanes },
    invocations: y.size / lanes,
  });
  return y;
}

/** For every row the first place that reads it, and for every place the next one that reads the same row. */
function linksOf(indices: Tensor, n: number): Tensor {
  const { device } = indices;
  const shape: Shape = [n + indices.size];
  const links = Tensor.empty(device, shape, 'u32', 'indexSelect');
  device.dispatch(linksKernel, {
    bindings: {
      indices: indices.binding('indexSelect'),
      places: sortedPlaces(indices).binding('indexSelect'),
      links: links.binding('indexSelect'),
    },
    params: { n, count: indices.size },
    invocations: links.size,
  });
  return links;
}

/** The places 0 .. count - 1, those with smaller indices first, equal ones in their order. */
function sortedPlaces(indices: Tensor): Tensor {
  const { device, size: count } = indices;
  let [places, spare] = [0, 1].map(() => Tensor.empty(device, [count], 'u32', 'indexSelect')) as [Tensor, Tensor];
  // One place needs a pass as well, to be written at all.
  for (let width = 1; width < Math.max(count, 2) && count > 0; width *= 2) {
    [places, spare] = [spare, places];
    device.dispatch(sortKernel, {
      bindings: {
        indices: indices.binding('indexSelect'),
        before: spare.binding('indexSelect'),
        after: places.binding('indexSelect'),
      },
      params: { count, width },
      invocations: count,
    });
  }
  return places;
}

export const row: OpRow = {
  name: 'indexSelect',
  family: 'movement',
  summary: 'rows picked by index: an embedding look-up',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
