import gatherWgsl from '../../../shaders/pooling/max_pool2d_gradient.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { Tensor } from '../../tensor/tensor.js';
import { bind, dense } from '../op.js';
import { type PoolShape, poolParams } from './pool-shape.js';

export const gatherMaxKernel = defineKernel(gatherWgsl);

/** The gradient of max pooling, input cell by input cell: each adds the outputs whose arg-max it is. */
export function gatherMax(
  op: string,
  gradient: Tensor,
  indices: Tensor,
  inputShape: readonly number[],
  shape: PoolShape,
): Tensor {
  const { device } = gradient;
  const dx = Tensor.empty(device, inputShape, 'f32', op);
  if (dx.size > 0) {
    device.dispatch(gatherMaxKernel, {
      bindings: bind(op, { gradient: dense(gradient, op), indices, dx }),
      params: { size: dx.size, ...poolParams(inputShape, shape) },
      invocations: dx.size,
    });
  }
  return dx;
}
