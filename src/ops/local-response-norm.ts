import gridWgsl from '../../shaders/common/grid.wgsl?raw';
import lrnWgsl from '../../shaders/normalization/lrn.wgsl?raw';
import gradientWgsl from '../../shaders/normalization/lrn_gradient.wgsl?raw';
import { isGradEnabled } from '../autograd/mode.js';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { gridFor } from '../runtime/grid.js';
import { defineKernel, type Kernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, checkRank, dense, type OpRow } from './op.js';

const OP = 'localResponseNorm';

export interface LocalResponseNormOptions {
  /** Channels, or cells a side, of the neighbourhood; odd within a channel. */
  readonly size: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly k?: number;
  readonly mode?: 'acrossChannels' | 'withinChannel';
}

const forwardKernel = defineKernel('lrn', gridWgsl, lrnWgsl);
const gradientKernel = defineKernel('lrn_gradient', gridWgsl, gradientWgsl);
const WG = 64;

/**
 * `x * (k + a * sum of squares)^-beta` over a neighbourhood clipped at the border. `acrossChannels` (default): `size`
 * channels and `a = alpha / size`, as PyTorch. `withinChannel`: a `size x size` square and `a = alpha / size^2`, as Caffe
 * and the released ZF-5. `x` is `[N, C, H, W]`.
 * @throws ShapeError for a wrong rank or size
 */
export function localResponseNorm(x: Tensor, options: LocalResponseNormOptions): Tensor {
  const { size, alpha = 1e-4, beta = 0.75, k = 1, mode = 'acrossChannels' } = options;
  checkDTypes(OP, 'input', x, ['f32']);
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  const within = mode === 'withinChannel';
  if (!Number.isInteger(size) || size < 1 || (within && size % 2 === 0)) {
    throw new ShapeError(`${OP}: size ${size} is not usable; give an ${within ? 'odd ' : ''}integer >= 1`);
  }
  const [back, ahead] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
  const params = {
    alpha: alpha / (within ? size * size : size),
    beta,
    shape: x.shape.slice(1),
    before: within ? [0, back, back] : [back, 0, 0],
    after: within ? [0, ahead, ahead] : [ahead, 0, 0],
  };
  const { device } = x;
  const run = (kernel: Kernel, tensors: Record<string, Tensor>, extra: Record<string, number>, overrides = {}) => {
    if (x.size === 0) return;
    device.dispatch(kernel, {
      bindings: Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.binding(OP)])),
      params: { size: x.size, ...params, ...extra },
      overrides: { WG, ...overrides },
      workgroups: gridFor(x.size, WG, device.limits.maxComputeWorkgroupsPerDimension),
    });
  };
  return scope(() => {
    const source = dense(x, OP);
    const y = Tensor.empty(device, x.shape, 'f32', OP);
    // Only the gradient reads the scale.
    const recorded = isGradEnabled() && x.requiresGrad;
    const scale = Tensor.empty(device, recorded ? x.shape : [1], 'f32', OP);
    run(forwardKernel, { x: source, y, scale }, { k }, { SCALE: Number(recorded) });
    return record(OP, [x], y, {
      save: [source, y, scale],
      vjp: (gradient, [savedX, savedY, savedScale]) => {
        const dx = Tensor.empty(device, savedX!.shape, 'f32', OP);
        run(gradientKernel, { gradient: dense(gradient, OP), x: savedX!, y: savedY!, scale: savedScale!, dx }, {});
        return [dx];
      },
    });
  });
}

export const localResponseNormRow: OpRow = {
  name: OP,
  family: 'normalization',
  summary: 'normalisation by the squares of neighbouring channels or cells',
  dtypes: ['f32'],
  differentiable: [0],
};
