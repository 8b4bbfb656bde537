import scatterWgsl from '../../../shaders/pooling/scatter_max.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { fill } from '../../tensor/fill.js';
import { Tensor } from '../../tensor/tensor.js';
import { dense } from '../op.js';

export const scatterMaxKernel = defineKernel(scatterWgsl);

/** Adds each element of `[N, C, …]` gradients to the cell of its plane that `indices` names: max pooling's gradient. */
export function scatterMax(op: string, gradient: Tensor, indices: Tensor, inputShape: readonly number[]): Tensor {
  const { device } = gradient;
  const dx = Tensor.empty(device, inputShape, 'f32', op);
  fill(dx, 0);
  const planes = inputShape[0]! * inputShape[1]!;
  if (dx.size > 0 && gradient.size > 0) {
    device.dispatch(scatterMaxKernel, {
      bindings: { gradient: dense(gradient, op).binding(op), indices: indices.binding(op), dx: dx.binding(op) },
      params: { planes, cells: inputShape[2]! * inputShape[3]!, outputs: gradient.size / planes },
      invocations: planes,
    });
  }
  return dx;
}
