import resizeWgsl from '../../shaders/image/resize_bilinear.wgsl';
import gradientWgsl from '../../shaders/image/resize_bilinear_gradient.wgsl';
import { record } from '../autograd/record.js';
import { ShapeError } from '../runtime/errors.js';
import { defineKernel } from '../runtime/kernel.js';
import { scope } from '../tensor/scope.js';
import { requireList, showShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { checkDTypes, checkRank, dense, type OpRow } from './op.js';

const OP = 'resizeBilinear';
const forwardKernel = defineKernel(resizeWgsl);
const gradientKernel = defineKernel(gradientWgsl);
/** Planes that one invocation works on. */
const PLANES = 4;
/** Positions are exact integers up to this product of input and output size. */
const LARGEST_PRODUCT = 2 ** 30;

/**
 * Resizes maps `[N, C, H, W]` to `[N, C, height, width]` by linear interpolation of the four nearest cells: pixel centres at
 * half-integers (align-corners off), edges clamped, no antialias; PyTorch's `interpolate(mode='bilinear')`.
 * @throws ShapeError unless the input is `[N, C, H, W]` with H and W from 1 and the size is positive
 */
export function resizeBilinear(x: Tensor, size: readonly [height: number, width: number]): Tensor {
  checkDTypes(OP, 'input', x, ['f32']);
  checkRank(OP, 'input', x, 4, '[N, C, H, W]');
  const [images, channels, ...from] = x.shape as [number, number, number, number];
  requireList(OP, size);
  const fits = size.every(
    (to, i) => Number.isInteger(to) && to >= 1 && from[i]! >= 1 && to * from[i]! < LARGEST_PRODUCT,
  );
  if (size.length !== 2 || !fits) {
    throw new ShapeError(
      `${OP}: ${showShape(x.shape)} cannot be resized to ${showShape(size)}; use positive integers with in * out < 2^30`,
    );
  }
  const to = [size[0], size[1]] as const;
  return scope(() => {
    const { device } = x;
    const planes = images * channels;
    const dispatch = ([rows, columns]: readonly number[]) => {
      const count = Math.ceil(planes / PLANES) * rows! * columns!;
      return {
        params: { size: count, planes, in_size: from, out_size: to },
        invocations: count,
      };
    };
    const y = Tensor.empty(device, [images, channels, ...to], 'f32', OP);
    device.dispatch(forwardKernel, {
      bindings: { x: dense(x, OP).binding(OP), y: y.binding(OP) },
      ...dispatch(to),
    });
    return record(OP, [x], y, {
      vjp: (gradient) => {
        const dx = Tensor.empty(device, [images, channels, ...from], 'f32', OP);
        device.dispatch(gradientKernel, {
          bindings: { gradient: dense(gradient, OP).binding(OP), dx: dx.binding(OP) },
          ...dispatch(from),
        });
        return [dx];
      },
    });
  });
}

export const row: OpRow = {
  name: 'resizeBilinear',
  family: 'image',
  summary: 'maps resized by bilinear interpolation',
  dtypes: ['f32'],
  differentiable: [0],
};
