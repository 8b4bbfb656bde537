import slideWgsl from '../../../shaders/conv/conv_slide.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import type { Tensor } from '../../tensor/tensor.js';
import { windowOf } from '../tile/window.js';
import { type ConvShape, imageRuns, imageSizes } from './shape.js';

export const slideKernel = defineKernel(slideWgsl);
const OP = 'conv2d';
/** Neighbouring output pixels of one lane. */
const RUN = 8;
/** Lanes, and output channels, of one subgroup. */
export const SLIDE_LANES = 8;
export const SLIDE_CHANNELS = 16;

/** Fills `y` straight from the maps: nothing is packed or written out. */
export function slideForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
): void {
  const { channels, outChannels, size, out, stride, padding, dilation } = shape;
  const { device } = x;
  const { input, output } = imageSizes(shape);
  const biasWindow = bias && windowOf(OP, bias, 0, bias.size);
  const rowRuns = Math.ceil(out[1] / RUN);
  for (const { first, count } of imageRuns(shape.images, Math.max(input, output), device.maxBindingBytes)) {
    const source = windowOf(OP, x, first * input, count * input);
    const target = windowOf(OP, y, first * output, count * output);
    const runs = count * out[0] * rowRuns;
    const tiles = Math.ceil(outChannels / SLIDE_CHANNELS) * Math.ceil(runs / SLIDE_LANES);
    device.dispatch(slideKernel, {
      bindings: {
        x: source.slice,
        w: w.binding(OP),
        bias: biasWindow?.slice ?? w.binding(OP),
        y: target.slice,
      },
      params: {
        channels,
        height: size[0],
        width: size[1],
        out_channels: outChannels,
        out_height: out[0],
        out_width: out[1],
        row_runs: rowRuns,
        runs,
        kernel: shape.kernel,
        stride,
        padding,
        row_dilation: dilation[0],
        x_offset: source.offset,
        y_offset: target.offset,
        bias_offset: biasWindow?.offset ?? 0,
        has_bias: bias !== null,
        relu,
      },
      workgroups: tiles,
    });
  }
}
