import divideWgsl from '../../shaders/common/divide.wgsl?raw';
import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import scalarWgsl from '../../shaders/common/lanes/scalar.wgsl?raw';
import vectorWgsl from '../../shaders/common/lanes/vector.wgsl?raw';
import f32Wgsl from '../../shaders/common/types/f32.wgsl?raw';
import wordWgsl from '../../shaders/common/types/word.wgsl?raw';
import gatherWgsl from '../../shaders/movement/gather.wgsl?raw';
import gradientWgsl from '../../shaders/movement/gather_gradient.wgsl?raw';
import linksWgsl from '../../shaders/movement/gather_links.wgsl?raw';
import sortWgsl from '../../shaders/movement/gather_sort.wgsl?raw';
import { record } from '../autograd/record.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { normalizeAxis, type Shape, sizeOf } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, commonDevice, dense, type OpRow } from './op.js';

const kernels = {
  vectors: {
    forward: defineKernel('gather4', wordWgsl, vectorWgsl, gridWgsl, divideWgsl, gatherWgsl),
    backward: defineKernel('gather4_gradient', f32Wgsl, vectorWgsl, gridWgsl, divideWgsl, gradientWgsl),
  },
  scalars: {
    forward: defineKernel('gather', wordWgsl, scalarWgsl, gridWgsl, divideWgsl, gatherWgsl),
    backward: defineKernel('gather_gradient', f32Wgsl, scalarWgsl, gridWgsl, divideWgsl, gradientWgsl),
  },
};
const sortKernel = defineKernel('gather_sort', gridWgsl, sortWgsl);
const linksKernel = defineKernel('gather_links', gridWgsl, linksWgsl);
const WG = 64;

export interface GatherOptions {
  /** The axis that the indices pick from. Default 0: rows. */
  readonly axis?: number;
}

/**
 * Rows of `x` picked along an axis by i32 `indices` of any shape, which takes the axis's place: an embedding look-up.
 * An index outside the axis gives NaN (in integers, all bits set). The gradient adds up in a fixed order; for `count` indices
 * it takes about log2(count) passes over them and one over the rows.
 * @throws ShapeError, DTypeError
 */
export function gather(x: Tensor, indices: Tensor, { axis = 0 }: GatherOptions = {}): Tensor {
  checkDTypes('gather', 'input', x, ['f32', 'i32', 'u32']);
  checkDTypes('gather', 'indices', indices, ['i32']);
  const along = normalizeAxis('gather', axis, x.rank);
  const device = commonDevice('gather', [x, indices]);
  const n = x.shape[along]!;
  const inner = sizeOf(x.shape.slice(along + 1));
  const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
  return scope(() => {
    const y = Tensor.empty(device, shape, x.dtype, 'gather');
    const places = dense(indices, 'gather');
    const [lanes, { forward, backward }] = inner % 4 === 0 ? [4, kernels.vectors] : [1, kernels.scalars];
    const dispatch = (size: number) => ({
      params: { size, n, count: indices.size, inner: inner / lanes },
      overrides: { WG },
      workgroups: gridFor(size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
    device.dispatch(forward, {
      bindings: {
        x: dense(x, 'gather').binding('gather'),
        indices: places.binding('gather'),
        y: y.binding('gather'),
      },
      ...dispatch(y.size / lanes),
    });
    const before = x.shape;
    return record('gather', [x], y, {
      save: [places],
      vjp: (gradient, [saved]) => {
        const dx = Tensor.empty(device, before, 'f32', 'gather');
        device.dispatch(backward, {
          bindings: {
            gradient: dense(gradient, 'gather').binding('gather'),
            links: linksOf(saved!, n).binding('gather'),
            dx: dx.binding('gather'),
          },
          ...dispatch(dx.size / lanes),
        });
        return [dx];
      },
    });
  });
}

/** For every row the first place that reads it, and for every place the next one that reads the same row. */
function linksOf(indices: Tensor, n: number): Tensor {
  const { device } = indices;
  const shape: Shape = [n + indices.size];
  const links = Tensor.empty(device, shape, 'u32', 'gather');
  device.dispatch(linksKernel, {
    bindings: {
      indices: indices.binding('gather'),
      places: sortedPlaces(indices).binding('gather'),
      links: links.binding('gather'),
    },
    params: { n, count: indices.size },
    overrides: { WG },
    workgroups: gridFor(links.size, WG, device.limits.maxComputeWorkgroupsPerDimension),
  });
  return links;
}

/** The places 0 .. count - 1, those with smaller indices first, equal ones in their order. */
function sortedPlaces(indices: Tensor): Tensor {
  const { device, size: count } = indices;
  let [places, spare] = [0, 1].map(() => Tensor.empty(device, [count], 'u32', 'gather')) as [Tensor, Tensor];
  // One place needs a pass as well, to be written at all.
  for (let width = 1; width < Math.max(count, 2) && count > 0; width *= 2) {
    [places, spare] = [spare, places];
    device.dispatch(sortKernel, {
      bindings: {
        indices: indices.binding('gather'),
        before: spare.binding('gather'),
        after: places.binding('gather'),
      },
      params: { count, width },
      overrides: { WG },
      workgroups: gridFor(count, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  }
  return places;
}

export const gatherRow: OpRow = {
  name: 'gather',
  family: 'movement',
  summary: 'rows picked by index: an embedding look-up',
  dtypes: ['f32', 'i32', 'u32'],
  differentiable: [0],
};
