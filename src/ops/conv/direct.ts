import directWgsl from '../../../shaders/conv/conv_direct.wgsl';
import directInputWgsl from '../../../shaders/conv/conv_direct_input.wgsl';
import directWeightWgsl from '../../../shaders/conv/conv_direct_weight.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { sumSlices } from '../tile/sum-slices.js';
import { windowOf } from '../tile/window.js';
import { type ConvShape, geometryParams, imageRuns, imageSizes } from './shape.js';

export const directKernels = {
  forward: defineKernel(directWgsl),
  input: defineKernel(directInputWgsl),
  weight: defineKernel(directWeightWgsl),
};
const OP = 'conv2d';

/** One invocation per output number. Fills `y`. */
export function directForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
): void {
  forEachRun(shape, x, (first, count, { input, output }) => {
    const source = windowOf(OP, x, first * input, count * input);
    const target = windowOf(OP, y, first * output, count * output);
    const biasWindow = bias && windowOf(OP, bias, 0, bias.size);
    const size = count * output;
    x.device.dispatch(directKernels.forward, {
      bindings: {
        x: source.slice,
        w: w.binding(OP),
        bias: biasWindow?.slice ?? w.binding(OP),
        y: target.slice,
      },
      params: {
        size,
        ...geometryParams(shape, count),
        x_offset: source.offset,
        y_offset: target.offset,
        bias_offset: biasWindow?.offset ?? 0,
        has_bias: bias !== null,
        relu,
      },
      invocations: size,
    });
  });
}

/** One invocation per input number. Fills `dx`. */
export function directInputGradient(dy: Tensor, w: Tensor, dx: Tensor, shape: ConvShape): void {
  forEachRun(shape, dy, (first, count, { input, output }) => {
    const source = windowOf(OP, dy, first * output, count * output);
    const target = windowOf(OP, dx, first * input, count * input);
    const size = count * input;
    dy.device.dispatch(directKernels.input, {
      bindings: { dy: source.slice, w: w.binding(OP), dx: target.slice },
      params: { size, ...geometryParams(shape, count), dx_offset: target.offset, dy_offset: source.offset },
      invocations: size,
    });
  });
}

/** One invocation per weight, one result per run of images. Fills `dw`. */
export function directWeightGradient(x: Tensor, dy: Tensor, dw: Tensor, shape: ConvShape): void {
  const { device } = x;
  const { input, output } = imageSizes(shape);
  const runs = imageRuns(shape.images, Math.max(input, output), device.maxBindingBytes);
  const parts = Tensor.empty(device, [runs.length, dw.size], 'f32', OP);
  for (const [run, { first, count }] of runs.entries()) {
    const source = windowOf(OP, x, first * input, count * input);
    const gradient = windowOf(OP, dy, first * output, count * output);
    device.dispatch(directKernels.weight, {
      bindings: { x: source.slice, dy: gradient.slice, parts: parts.binding(OP) },
      params: {
        size: dw.size,
        ...geometryParams(shape, count),
        x_offset: source.offset,
        dy_offset: gradient.offset,
        parts_offset: run * dw.size,
      },
      invocations: dw.size,
    });
  }
  sumSlices(OP, windowOf(OP, dw, 0, dw.size), { parts, batches: 1, splits: runs.length, size: dw.size });
}

function forEachRun(
  shape: ConvShape,
  { device }: Tensor,
  visit: (first: number, count: number, sizes: { input: number; output: number }) => void,
): void {
  const sizes = imageSizes(shape);
  for (const { first, count } of imageRuns(shape.images, Math.max(sizes.input, sizes.output), device.maxBindingBytes)) {
    scope(() => visit(first, count, sizes));
  }
}
