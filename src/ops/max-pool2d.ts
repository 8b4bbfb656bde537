import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import nanWgsl from '../../shaders/common/nan.wgsl?raw';
import maxPoolWgsl from '../../shaders/pooling/max_pool2d.wgsl?raw';
import gatherWgsl from '../../shaders/pooling/max_pool2d_gradient.wgsl?raw';
import { record } from '../autograd/record.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, dense, type OpRow } from './op.js';
import { type Pair, type Pool2dOptions, type PoolShape, poolShape } from './pooling/pool-shape.js';
import { scatterMax } from './pooling/scatter-max.js';

export type { Pair, Pool2dOptions } from './pooling/pool-shape.js';

export interface MaxPool2dOptions extends Pool2dOptions {
  readonly dilation?: Pair;
  /** The rung of the gradient; default: the best for this adapter. */
  readonly gradient?: MaxPoolGradient | 'auto';
}

/** `gather`: an invocation an input cell, for GPUs. `scatter`: an invocation a plane, for adapters that run on the CPU. */
export type MaxPoolGradient = 'gather' | 'scatter';

const forwardKernel = defineKernel('max_pool2d', gridWgsl, nanWgsl, maxPoolWgsl);
const gatherKernel = defineKernel('max_pool2d_gradient', gridWgsl, gatherWgsl);
const WG = 64;

/**
 * Max pooling of `[N, C, H, W]`, floor or ceil mode exactly as Caffe and PyTorch. Ties go to the first element in
 * row-major order, NaN propagates.
 * @throws ShapeError for a kernel larger than the padded map, padding over half the kernel, or a wrong rank
 */
export function maxPool2d(x: Tensor, options: MaxPool2dOptions): Tensor {
  return scope(() => maxPool2dWithIndices(x, options).output);
}

/** As `maxPool2d`, with the i32 position of every maximum in its `H * W` plane. */
export function maxPool2dWithIndices(x: Tensor, options: MaxPool2dOptions): { output: Tensor; indices: Tensor } {
  return scope(() => {
    checkDTypes('maxPool2d', 'input', x, ['f32']);
    const shape = poolShape('maxPool2d', x, options);
    const { device } = x;
    const source = dense(x, 'maxPool2d');
    const [images, channels] = [x.shape[0]!, x.shape[1]!];
    const output = Tensor.empty(device, [images, channels, ...shape.out], 'f32', 'maxPool2d');
    const indices = Tensor.empty(device, output.shape, 'i32', 'maxPool2d');
    if (output.size > 0) {
      device.dispatch(forwardKernel, {
        bindings: {
          x: source.binding('maxPool2d'),
          y: output.binding('maxPool2d'),
          indices: indices.binding('maxPool2d'),
        },
        params: { size: output.size, ...kernelParams(x.shape, shape) },
        overrides: { WG },
        workgroups: gridFor(output.size, WG, device.limits.maxComputeWorkgroupsPerDimension),
      });
    }
    const inputShape = x.shape;
    record('maxPool2d', [x], output, {
      save: [indices],
      vjp: (gradient, [saved]) => [maxPoolGradient(gradient, saved!, inputShape, shape, options.gradient ?? 'auto')],
    });
    return { output, indices };
  });
}

function maxPoolGradient(
  gradient: Tensor,
  indices: Tensor,
  inputShape: readonly number[],
  shape: PoolShape,
  rung: MaxPoolGradient | 'auto',
): Tensor {
  const { device } = gradient;
  // On CPU adapters an owner of a whole plane loads far less; a GPU has too few planes to fill it.
  if (rung === 'scatter' || (rung === 'auto' && device.info.software))
    return scatterMax('maxPool2d', gradient, indices, inputShape);
  const dx = Tensor.empty(device, inputShape, 'f32', 'maxPool2d');
  if (dx.size > 0) {
    device.dispatch(gatherKernel, {
      bindings: {
        gradient: dense(gradient, 'maxPool2d').binding('maxPool2d'),
        indices: indices.binding('maxPool2d'),
        dx: dx.binding('maxPool2d'),
      },
      params: { size: dx.size, ...kernelParams(inputShape, shape) },
      overrides: { WG },
      workgroups: gridFor(dx.size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  }
  return dx;
}

function kernelParams(inputShape: readonly number[], { kernel, stride, padding, dilation, out }: PoolShape) {
  return {
    height: inputShape[2]!,
    width: inputShape[3]!,
    out_height: out[0],
    out_width: out[1],
    kernel,
    stride,
    padding,
    dilation,
  };
}

export const maxPool2dRow: OpRow = {
  name: 'maxPool2d',
  family: 'pooling',
  summary: 'maximum of sliding windows, floor or ceil mode, with dilation; arg-max on request',
  dtypes: ['f32'],
  differentiable: [0],
};
