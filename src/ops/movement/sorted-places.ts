import sortWgsl from '../../../shaders/movement/sort_rows.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { Tensor } from '../../tensor/tensor.js';
import type { ComputeType } from '../elementwise/unary.js';
import { bind, dense } from '../op.js';

const KERNELS = {
  f32: defineKernel(sortWgsl, 'f32'),
  i32: defineKernel(sortWgsl, 'i32'),
  u32: defineKernel(sortWgsl, 'u32'),
};

/** The i32 places of every row (the last axis) in the order of its values: stable, NaN as the largest. */
export function sortedPlaces(op: string, x: Tensor, descending: boolean): Tensor {
  const { device, shape, size } = x;
  const n = shape.at(-1)!;
  const source = dense(x, op);
  let [after, before] = [0, 1].map(() => Tensor.empty(device, shape, 'i32', op)) as [Tensor, Tensor];
  // One place needs a pass as well, to be written at all.
  for (let width = 1; width < Math.max(n, 2) && size > 0; width *= 2) {
    [after, before] = [before, after];
    device.dispatch(KERNELS[x.dtype as ComputeType], {
      bindings: bind(op, { x: source, before, after }),
      params: { size, n, width },
      overrides: { DESCENDING: descending },
      invocations: size,
    });
  }
  return after;
}
