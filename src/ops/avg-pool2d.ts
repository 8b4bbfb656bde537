import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import avgPoolWgsl from '../../shaders/pooling/avg_pool2d.wgsl?raw';
import gradientWgsl from '../../shaders/pooling/avg_pool2d_gradient.wgsl?raw';
import { record } from '../autograd/record.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { dense, type OpRow } from './op.js';
import { type Pool2dOptions, poolShape } from './pooling/pool-shape.js';

export interface AvgPool2dOptions extends Pool2dOptions {
  /** Divides by the window clipped to the padded map (Caffe; default) instead of by the cells inside the map. */
  readonly countIncludePad?: boolean;
}

const forwardKernel = defineKernel('avg_pool2d', gridWgsl, avgPoolWgsl);
const gradientKernel = defineKernel('avg_pool2d_gradient', gridWgsl, gradientWgsl);
const WG = 64;

/**
 * Average pooling of `[N, C, H, W]`, floor or ceil mode exactly as Caffe and PyTorch.
 * @throws ShapeError for a map without cells, a kernel that fits nowhere, padding over half the kernel, or a wrong rank
 */
export function avgPool2d(x: Tensor, options: AvgPool2dOptions): Tensor {
  return scope(() => {
    const { kernel, stride, padding, out } = poolShape('avgPool2d', x, options);
    const { device, shape: inputShape } = x;
    const params = {
      height: inputShape[2]!,
      width: inputShape[3]!,
      out_height: out[0],
      out_width: out[1],
      include_padding: options.countIncludePad ?? true,
      kernel,
      stride,
      padding,
    };
    const run = (kernelOf: typeof forwardKernel, bindings: Record<string, Tensor>, target: Tensor) => {
      if (target.size === 0) return;
      device.dispatch(kernelOf, {
        bindings: Object.fromEntries(
          Object.entries(bindings).map(([name, tensor]) => [name, tensor.binding('avgPool2d')]),
        ),
        params: { size: target.size, ...params },
        overrides: { WG },
        workgroups: gridFor(target.size, WG, device.limits.maxComputeWorkgroupsPerDimension),
      });
    };
    const y = Tensor.empty(device, [inputShape[0]!, inputShape[1]!, ...out], 'f32', 'avgPool2d');
    run(forwardKernel, { x: dense(x, 'avgPool2d'), y }, y);
    return record('avgPool2d', [x], y, {
      vjp: (gradient) => {
        const dx = Tensor.empty(device, inputShape, 'f32', 'avgPool2d');
        run(gradientKernel, { gradient: dense(gradient, 'avgPool2d'), dx }, dx);
        return [dx];
      },
    });
  });
}

export const avgPool2dRow: OpRow = {
  name: 'avgPool2d',
  family: 'pooling',
  summary: 'mean of sliding windows, floor or ceil mode, padding counted or not',
  dtypes: ['f32'],
  differentiable: [0],
};
