import depthwiseWgsl from '../../../shaders/conv/conv_depthwise.wgsl';
import spreadWgsl from '../../../shaders/conv/conv_depthwise_spread.wgsl';
import depthwiseWeightWgsl from '../../../shaders/conv/conv_depthwise_weight.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { sumSlices } from '../tile/sum-slices.js';
import { windowOf } from '../tile/window.js';
import { type ConvShape, imageRuns, imageSizes } from './shape.js';

export const depthwiseKernels = {
  strips: defineKernel(depthwiseWgsl),
  spread: defineKernel(spreadWgsl),
  weight: defineKernel(depthwiseWeightWgsl),
};
const OP = 'conv2d';
/** Neighbouring outputs of an invocation: the shaders' RUN. */
const RUN = 4;
/** Pairs of columns of an invocation: the spreading shader's PAIRS. */
const PAIRS = 2;
/** Of a kernel: the shaders' SIDE. */
const SIDE = 3;
/** Columns between outputs that the shaders' arrays have room for. */
const MOST_STEP = 2;
/** Invocations that keep a device busy; with more of them, their starting shows on a CPU adapter. */
const INVOCATIONS = 8192;
/** Rows of the output that a part of the gradient to the weights sums at least. */
const FEWEST_LINES = 8;

/** True for a 3x3 kernel of its own for every output channel. */
export function depthwiseTakes({ groupChannels, kernel, stride, dilation }: ConvShape): boolean {
  return (
    groupChannels === 1 &&
    kernel.every((taps) => taps === SIDE) &&
    dilation.every((step) => step === 1) &&
    stride[1] <= MOST_STEP
  );
}

/** As `depthwiseTakes`, for the gradient to the input with this stride: with stride 1 it is such a convolution as well. */
export function depthwiseTakesInput(shape: ConvShape, strideIs: 1 | 2): boolean {
  const { groupOutChannels, stride, padding } = shape;
  return (
    depthwiseTakes(shape) &&
    groupOutChannels === 1 &&
    stride.every((step) => step === strideIs) &&
    padding.every((cells) => cells < SIDE)
  );
}

/** Planes of maps that one kernel each slides over. */
interface Pass {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly y: Tensor;
  readonly bias: Tensor | null;
  readonly relu: boolean;
  readonly images: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly size: readonly [number, number];
  readonly out: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly turned: boolean;
}

/** Fills `y`. */
export function depthwiseForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
): void {
  run({ x, w, bias, y, relu, ...shape, turned: false });
}

/** Fills `dx`. */
export function depthwiseInputGradient(dy: Tensor, w: Tensor, dx: Tensor, shape: ConvShape): void {
  const { size, out, padding } = shape;
  const around = [SIDE - 1 - padding[0], SIDE - 1 - padding[1]] as const;
  run({ x: dy, w, bias: null, y: dx, relu: false, ...shape, size: out, out: size, padding: around, turned: true });
}

/** The same with stride 2. Fills `dx`. */
export function depthwiseSpreadGradient(dy: Tensor, w: Tensor, dx: Tensor, shape: ConvShape): void {
  const { images, channels, size, out, padding } = shape;
  const { device } = dy;
  const { input, output } = imageSizes(shape);
  const pairs = [0, 1].map((axis) => Math.ceil((size[axis]! + padding[axis]!) / 2)) as [number, number];
  const strips = Math.ceil(pairs[1] / PAIRS);
  for (const { first, count } of imageRuns(images, Math.max(input, output), device.maxBindingBytes)) {
    const source = windowOf(OP, dy, first * output, count * output);
    const target = windowOf(OP, dx, first * input, count * input);
    const columns = count * channels * strips;
    const walk = Math.ceil(pairs[0] / Math.min(pairs[0], Math.ceil(INVOCATIONS / columns)));
    const chunks = Math.ceil(pairs[0] / walk);
    device.dispatch(depthwiseKernels.spread, {
      bindings: { dy: source.slice, w: w.binding(OP), dx: target.slice },
      params: {
        size: columns * chunks,
        channels,
        height: size[0],
        width: size[1],
        out_height: out[0],
        out_width: out[1],
        strips,
        chunks,
        walk,
        padding,
        dy_offset: source.offset,
        dx_offset: target.offset,
      },
      invocations: columns * chunks,
    });
  }
}

function run(pass: Pass): void {
  const { x, w, y, bias, relu, images, channels, outChannels, size, out, stride, padding, turned } = pass;
  const { device } = x;
  const [input, output] = [channels * size[0] * size[1], outChannels * out[0] * out[1]];
  const strips = Math.ceil(out[1] / RUN);
  const biasWindow = bias && windowOf(OP, bias, 0, bias.size);
  for (const { first, count } of imageRuns(images, Math.max(input, output), device.maxBindingBytes)) {
    const source = windowOf(OP, x, first * input, count * input);
    const target = windowOf(OP, y, first * output, count * output);
    const columns = count * outChannels * strips;
    const walk = Math.ceil(out[0] / Math.min(out[0], Math.ceil(INVOCATIONS / columns)));
    const chunks = Math.ceil(out[0] / walk);
    device.dispatch(depthwiseKernels.strips, {
      bindings: { x: source.slice, w: w.binding(OP), bias: biasWindow?.slice ?? w.binding(OP), y: target.slice },
      params: {
        size: columns * chunks,
        height: size[0],
        width: size[1],
        out_height: out[0],
        out_width: out[1],
        out_channels: outChannels,
        multiplier: outChannels / channels,
        strips,
        chunks,
        walk,
        stride_y: stride[0],
        padding,
        turned,
        x_offset: source.offset,
        y_offset: target.offset,
        bias_offset: biasWindow?.offset ?? 0,
        has_bias: bias !== null,
        relu,
      },
      overrides: { STRIDE_X: stride[1] },
      invocations: columns * chunks,
    });
  }
}

/** Gradient to the weights: parts of the outputs' rows are added in a fixed order. Fills `dw`. */
export function depthwiseWeightGradient(x: Tensor, dy: Tensor, dw: Tensor, shape: ConvShape): void {
  const { images, channels, outChannels, size, out, stride, padding } = shape;
  const { device } = x;
  const { input, output } = imageSizes(shape);
  const runs = imageRuns(images, Math.max(input, output), device.maxBindingBytes);
  const perRun = Math.ceil(INVOCATIONS / outChannels);
  const splitsOf = (count: number) => Math.min(perRun, Math.ceil((count * out[0]) / FEWEST_LINES));
  const total = runs.reduce((sum, { count }) => sum + splitsOf(count), 0);
  scope(() => {
    const parts = Tensor.empty(device, [total, dw.size], 'f32', OP);
    let before = 0;
    for (const { first, count } of runs) {
      const source = windowOf(OP, x, first * input, count * input);
      const gradient = windowOf(OP, dy, first * output, count * output);
      const splits = splitsOf(count);
      const lines = count * out[0];
      device.dispatch(depthwiseKernels.weight, {
        bindings: { x: source.slice, dy: gradient.slice, parts: parts.binding(OP) },
        params: {
          size: splits * outChannels,
          height: size[0],
          width: size[1],
          out_height: out[0],
          out_width: out[1],
          out_channels: outChannels,
          multiplier: outChannels / channels,
          lines,
          lines_per_split: Math.ceil(lines / splits),
          stride_y: stride[0],
          padding,
          x_offset: source.offset,
          dy_offset: gradient.offset,
          parts_offset: before * dw.size,
        },
        overrides: { STRIDE_X: stride[1] },
        invocations: splits * outChannels,
      });
      before += splits;
    }
    sumSlices(OP, windowOf(OP, dw, 0, dw.size), { parts, batches: 1, splits: total, size: dw.size });
  });
}
