import inputWgsl from '../../../shaders/conv/winograd_input.wgsl';
import outputWgsl from '../../../shaders/conv/winograd_output.wgsl';
import weightsWgsl from '../../../shaders/conv/winograd_weights.wgsl';
import type { Device } from '../../runtime/device.js';
import { defineKernel } from '../../runtime/kernel.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { multiply } from '../matmul/multiply.js';
import { windowBytes, windowOf } from '../tile/window.js';
import { type ConvShape, imageRuns } from './shape.js';

export const winogradKernels = {
  weights: defineKernel(weightsWgsl),
  input: defineKernel(inputWgsl),
  output: defineKernel(outputWgsl),
};
const OP = 'conv2d';
/** Numbers of a transformed patch of 4x4, and so products. */
const PATCH = 16;
/** Transformed maps and products go through memory: lines of tiles are taken in runs of at most this many bytes of each. */
const RUN_BYTES = 16 * 1024 * 1024;

const whole4 = (n: number) => Math.ceil(n / 4) * 4;

/** True for 3x3 kernels that slide cell by cell over maps whose tiles fit the device's bindings, in both directions. */
export function winogradTakes({ maxBindingBytes }: Device, shape: ConvShape): boolean {
  const { groups, channels, outChannels, kernel, stride, padding, dilation, size, out } = shape;
  const ones = [groups, ...stride, ...dilation].every((n) => n === 1);
  const patches =
    PATCH * whole4(Math.ceil(Math.max(size[1], out[1]) / 2)) * Math.max(whole4(channels), whole4(outChannels));
  const weights = PATCH * whole4(channels) * whole4(outChannels);
  return (
    ones &&
    kernel.every((n) => n === 3) &&
    padding.every((n) => n <= 2) &&
    windowBytes(Math.max(patches, weights)) <= maxBindingBytes
  );
}

/** What a pass is made of: the forward pass, or the gradient to the input, which is one over the output's gradient. */
interface Pass {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly y: Tensor;
  readonly bias: Tensor | null;
  readonly relu: boolean;
  readonly images: number;
  readonly size: readonly [number, number];
  readonly out: readonly [number, number];
  readonly padding: readonly [number, number];
  /** Channels of `y` and of `x`, and the distances of their kernels in `w`. */
  readonly rows: number;
  readonly depth: number;
  readonly rowStride: number;
  readonly depthStride: number;
  readonly turned: boolean;
}

/** Fills `y`. */
export function winogradForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  { images, channels, outChannels, size, out, padding }: ConvShape,
  relu: boolean,
): void {
  const strides = { rowStride: 9 * channels, depthStride: 9, turned: false };
  run({ x, w, y, bias, relu, images, size, out, padding, rows: outChannels, depth: channels, ...strides });
}

/** Fills `dx`. */
export function winogradInputGradient(
  dy: Tensor,
  w: Tensor,
  dx: Tensor,
  { images, channels, outChannels, size, out, padding }: ConvShape,
): void {
  const strides = { rowStride: 9, depthStride: 9 * channels, turned: true };
  const around = [2 - padding[0], 2 - padding[1]] as const;
  const common = { x: dy, w, y: dx, bias: null, relu: false, images, size: out, out: size, padding: around };
  run({ ...common, rows: channels, depth: outChannels, ...strides });
}

function run(pass: Pass): void {
  const { x, w, y, bias, relu, images, size, out, padding, rows, depth, rowStride, depthStride } = pass;
  const { device } = x;
  const turned = pass.turned;
  const pitch = whole4(depth);
  const weights = Tensor.empty(device, [PATCH, rows, pitch], 'f32', OP);
  device.dispatch(winogradKernels.weights, {
    bindings: { w: w.binding(OP), u: weights.binding(OP) },
    params: { size: rows * pitch, depth, pitch, row_stride: rowStride, depth_stride: depthStride, turned },
    invocations: rows * pitch,
  });
  const [input, output] = [depth * size[0] * size[1], rows * out[0] * out[1]];
  const [down, across] = [Math.ceil(out[0] / 2), Math.ceil(out[1] / 2)];
  const geometry = {
    depth,
    height: size[0],
    width: size[1],
    tiles_down: down,
    tiles_across: across,
    pad_top: padding[0],
    pad_left: padding[1],
  };
  const lineBytes = 4 * PATCH * across * Math.max(pitch, rows);
  const most = Math.max(1, Math.floor(Math.min(RUN_BYTES, device.maxBindingBytes / 2) / lineBytes));
  for (const { first, count } of imageRuns(images, Math.max(input, output), device.maxBindingBytes)) {
    const source = windowOf(OP, x, first * input, count * input);
    const target = windowOf(OP, y, first * output, count * output);
    const biasWindow = bias && windowOf(OP, bias, 0, bias.size);
    for (let line = 0; line < count * down; line += most) {
      const tiles = Math.min(most, count * down - line) * across;
      scope(() => {
        const columns = whole4(tiles);
        const patches = Tensor.empty(device, [PATCH, pitch, columns], 'f32', OP);
        const products = Tensor.empty(device, [PATCH, rows, columns], 'f32', OP);
        const where = { ...geometry, pitch: columns, tiles, first_line: line, x_offset: source.offset };
        device.dispatch(winogradKernels.input, {
          bindings: { x: source.slice, v: patches.binding(OP) },
          params: { ...where, size: pitch * columns },
          invocations: pitch * columns,
        });
        multiply({
          op: OP,
          batches: PATCH,
          rows,
          inner: pitch,
          columns: tiles,
          a: { tensor: weights, offset: 0, rowStride: pitch, columnStride: 1, batchStride: rows * pitch },
          b: { tensor: patches, offset: 0, rowStride: columns, columnStride: 1, batchStride: pitch * columns },
          c: { tensor: products, offset: 0, rowStride: columns, columnStride: 1, batchStride: rows * columns },
          bias: null,
          relu: false,
          accumulate: false,
        });
        device.dispatch(winogradKernels.output, {
          bindings: {
            m: products.binding(OP),
            x: source.slice,
            w: w.binding(OP),
            bias: biasWindow?.slice ?? w.binding(OP),
            y: target.slice,
          },
          params: {
            ...where,
            size: rows * tiles,
            rows,
            out_height: out[0],
            out_width: out[1],
            row_stride: rowStride,
            depth_stride: depthStride,
            turned,
            y_offset: target.offset,
            bias_offset: biasWindow?.offset ?? 0,
            has_bias: bias !== null,
            relu,
          },
          invocations: rows * tiles,
        });
      });
    }
  }
}
