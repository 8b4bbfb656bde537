import gradientWgsl from '../../shaders/pooling/avg_pool2d_gradient.wgsl';
import { record } from '../autograd/record.js';
import { defineKernel } from '../runtime/kernel.js';
import { type OptionNames, requireOptions } from '../runtime/options.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { chooseRung } from './ladder.js';
import { bind, dense, type OpRow } from './op.js';
import { avgPoolLadder, type PoolAlgorithm } from './pooling/ladders.js';
import { avgPoolKernel } from './pooling/pool-kernels.js';
import { POOL_NAMES, type Pool2dOptions, poolShape } from './pooling/pool-shape.js';
import { columnWalk } from './pooling/walk.js';

export interface AvgPool2dOptions extends Pool2dOptions {
  /** Divides by the window clipped to the padded map (Caffe; default) instead of by the cells inside the map. */
  readonly countIncludePad?: boolean;
  /** The rung of the forward pass; default: the best for this adapter. */
  readonly algorithm?: PoolAlgorithm | 'auto';
}

export const AVG_POOL_NAMES: OptionNames<AvgPool2dOptions> = { ...POOL_NAMES, countIncludePad: true, algorithm: true };

const gradientKernel = defineKernel(gradientWgsl);

/**
 * Average pooling of `[N, C, H, W]`, floor or ceil mode exactly as Caffe and PyTorch.
 * @throws ShapeError for a map without cells, a kernel that fits nowhere, padding over half the kernel, or a wrong rank
 */
export function avgPool2d(x: Tensor, options: AvgPool2dOptions): Tensor {
  requireOptions('avgPool2d', options, AVG_POOL_NAMES);
  return scope(() => {
    const shape = poolShape('avgPool2d', x, options);
    const { kernel, stride, padding, out } = shape;
    const { device, shape: inputShape } = x;
    const geometry = {
      height: inputShape[2]!,
      width: inputShape[3]!,
      out_height: out[0],
      out_width: out[1],
      include_padding: options.countIncludePad ?? true,
      kernel,
      stride,
      padding,
    };
    const y = Tensor.empty(device, [inputShape[0]!, inputShape[1]!, ...out], 'f32', 'avgPool2d');
    if (y.size > 0) {
      const work = { planes: inputShape[0]! * inputShape[1]!, height: inputShape[2]!, width: inputShape[3]!, shape };
      const rung = chooseRung('avgPool2d', avgPoolLadder, device, work, options.algorithm);
      const { params, ...extent } = columnWalk(device, rung === 'walk', inputShape, shape);
      device.dispatch(avgPoolKernel, {
        bindings: bind('avgPool2d', { x: dense(x, 'avgPool2d'), y }),
        params: { ...params, ...geometry },
        ...extent,
      });
    }
    return record('avgPool2d', [x], y, {
      vjp: (gradient) => {
        const dx = Tensor.empty(device, inputShape, 'f32', 'avgPool2d');
        device.dispatch(gradientKernel, {
          bindings: bind('avgPool2d', { gradient: dense(gradient, 'avgPool2d'), dx }),
          params: { size: dx.size, ...geometry },
          invocations: dx.size,
        });
        return [dx];
      },
    });
  });
}

export const row: OpRow = {
  name: 'avgPool2d',
  family: 'pooling',
  summary: 'mean of sliding windows, floor or ceil mode, padding counted or not',
  dtypes: ['f32'],
  differentiable: [0],
};
