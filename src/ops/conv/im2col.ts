import col2imWgsl from '../../../shaders/conv/col2im.wgsl';
import im2colWgsl from '../../../shaders/conv/im2col.wgsl';
import { defineKernel } from '../../runtime/kernel.js';
import { accumulate } from '../../tensor/fill.js';
import { scope } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import { multiply } from '../matmul/multiply.js';
import type { Matrix } from '../tile/job.js';
import { pack } from '../tile/pack.js';
import { sumSlices } from '../tile/sum-slices.js';
import { windowBytes, windowOf } from '../tile/window.js';
import { type TapSteps, tapSteps } from './phases.js';
import { type ConvShape, geometryParams, imageRuns, imageSizes } from './shape.js';

export const im2colKernel = defineKernel(im2colWgsl);
export const col2imKernel = defineKernel(col2imWgsl);
const OP = 'conv2d';
/** Columns are many times larger than maps: images are taken in runs of at most this many bytes of them. */
const COLUMN_BYTES = 64 * 1024 * 1024;

/** Depth of a group's columns, and the pitch that makes their rows whole vec4. */
function columnDepth({ groupChannels, kernel }: ConvShape) {
  const depth = groupChannels * kernel[0] * kernel[1];
  return { depth, pitch: Math.ceil(depth / 4) * 4 };
}

/** Runs of images; `others` are elements that an image has beside its maps and columns. */
function runsOf(shape: ConvShape, { device }: Tensor, others = 0) {
  const { input, output } = imageSizes(shape);
  const columns = shape.out[0] * shape.out[1] * columnDepth(shape).pitch;
  return imageRuns(
    shape.images,
    Math.max(input, output, columns, others),
    Math.min(device.maxBindingBytes, Math.max(COLUMN_BYTES, windowBytes(Math.max(columns, others)))),
  );
}

/** A group's filters as a matrix `[O / groups, pitch]`, zero-padded. */
function filterMatrix(w: Tensor, group: number, shape: ConvShape): Matrix {
  const { depth, pitch } = columnDepth(shape);
  const rows = shape.groupOutChannels;
  const offset = group * rows * depth;
  if (depth === pitch) return { tensor: w, offset, rowStride: depth, columnStride: 1, batchStride: 0 };
  const padded = pack(OP, w.device, windowOf(OP, w, offset, rows * depth), {
    slices: 1,
    blocks: 1,
    blockRows: rows,
    blockValid: rows,
    columns: depth,
    sliceStride: 0,
    blockStride: 0,
    innerStride: depth,
    columnStride: 1,
  });
  return { tensor: padded, offset: 0, rowStride: pitch, columnStride: 1, batchStride: 0 };
}

/** What the outputs of one group see: `[count, pixels, pitch]`. */
function im2col(x: Tensor, first: number, count: number, group: number, shape: ConvShape): Tensor {
  const { device } = x;
  const { depth, pitch } = columnDepth(shape);
  const { input } = imageSizes(shape);
  const columns = Tensor.empty(device, [count, shape.out[0] * shape.out[1], pitch], 'f32', OP);
  const source = windowOf(OP, x, first * input, count * input);
  const size = columns.size / 4;
  device.dispatch(im2colKernel, {
    bindings: { x: source.slice, columns: columns.binding(OP) },
    params: {
      size,
      depth,
      depth4: pitch / 4,
      ...geometryParams(shape, count),
      first_channel: group * shape.groupChannels,
      x_offset: source.offset,
    },
    invocations: size,
  });
  return columns;
}

/** Convolution as columns and a matrix product. Fills `y`. */
export function im2colForward(
  x: Tensor,
  w: Tensor,
  bias: Tensor | null,
  y: Tensor,
  shape: ConvShape,
  relu: boolean,
): void {
  const { groups, groupOutChannels, out } = shape;
  const pixels = out[0] * out[1];
  const { pitch } = columnDepth(shape);
  const { output } = imageSizes(shape);
  for (const { first, count } of runsOf(shape, x)) {
    for (let group = 0; group < groups; group++) {
      scope(() => {
        const columns = im2col(x, first, count, group, shape);
        multiply({
          op: OP,
          batches: count,
          rows: groupOutChannels,
          inner: pitch,
          columns: pixels,
          a: filterMatrix(w, group, shape),
          b: { tensor: columns, offset: 0, rowStride: 1, columnStride: pitch, batchStride: pixels * pitch },
          c: outputPlanes(y, first * output, group, shape),
          bias: bias && { tensor: bias, offset: group * groupOutChannels, along: 'rows' },
          relu,
          accumulate: false,
        });
      });
    }
  }
}

/** Gradient to the input: a matrix product makes the columns' gradient, col2im gathers it. Fills `dx`. */
export function im2colInputGradient(dy: Tensor, w: Tensor, dx: Tensor, shape: ConvShape): void {
  const { groups, groupChannels, groupOutChannels, out, size } = shape;
  const [down, across] = [0, 1].map((axis) => tapSteps(shape.stride[axis]!, shape.dilation[axis]!)) as [
    TapSteps,
    TapSteps,
  ];
  const { device } = dy;
  const pixels = out[0] * out[1];
  const { pitch } = columnDepth(shape);
  const { input, output } = imageSizes(shape);
  for (const { first, count } of runsOf(shape, dy)) {
    for (let group = 0; group < groups; group++) {
      scope(() => {
        const columns = Tensor.empty(device, [count, pixels, pitch], 'f32', OP);
        const gradient = outputPlanes(dy, first * output, group, shape);
        multiply({
          op: OP,
          batches: count,
          rows: pixels,
          inner: groupOutChannels,
          columns: pitch,
          a: { ...gradient, rowStride: 1, columnStride: pixels },
          b: filterMatrix(w, group, shape),
          c: { tensor: columns, offset: 0, rowStride: pitch, columnStride: 1, batchStride: pixels * pitch },
          bias: null,
          relu: false,
          accumulate: false,
        });
        const target = windowOf(OP, dx, first * input, count * input);
        const cells = count * groupChannels * size[0] * size[1];
        device.dispatch(col2imKernel, {
          bindings: { columns: columns.binding(OP), dx: target.slice },
          params: {
            size: cells,
            pitch,
            ...geometryParams(shape, count),
            tap_step: [down.tapStep, across.tapStep],
            shift_step: [down.shiftStep, across.shiftStep],
            first_channel: group * groupChannels,
            dx_offset: target.offset,
          },
          invocations: cells,
        });
      });
    }
  }
}

/** Gradient to the weights: one product per image with its columns, added in the order of the images. Fills `dw`. */
export function im2colWeightGradient(x: Tensor, dy: Tensor, dw: Tensor, shape: ConvShape): void {
  const { groups, groupOutChannels, out } = shape;
  const pixels = out[0] * out[1];
  const { depth, pitch } = columnDepth(shape);
  const { output } = imageSizes(shape);
  const size = groupOutChannels * depth;
  for (const { first, count } of runsOf(shape, x, size)) {
    scope(() => {
      const total = first === 0 ? dw : Tensor.empty(x.device, dw.shape, 'f32', OP);
      for (let group = 0; group < groups; group++) {
        scope(() => {
          const columns = im2col(x, first, count, group, shape);
          const parts = Tensor.empty(x.device, [count, size], 'f32', OP);
          multiply({
            op: OP,
            batches: count,
            rows: groupOutChannels,
            inner: pixels,
            columns: depth,
            a: outputPlanes(dy, first * output, group, shape),
            b: { tensor: columns, offset: 0, rowStride: pitch, columnStride: 1, batchStride: pixels * pitch },
            c: { tensor: parts, offset: 0, rowStride: depth, columnStride: 1, batchStride: size },
            bias: null,
            relu: false,
            accumulate: false,
          });
          sumSlices(OP, windowOf(OP, total, group * size, size), { parts, batches: 1, splits: count, size });
        });
      }
      if (total !== dw) accumulate(dw, total);
    });
  }
}

/** A group's planes of every image from element `first` on, as matrices `[O / groups, pixels]`. */
function outputPlanes(y: Tensor, first: number, group: number, shape: ConvShape): Matrix {
  const pixels = shape.out[0] * shape.out[1];
  return {
    tensor: y,
    offset: first + group * shape.groupOutChannels * pixels,
    rowStride: pixels,
    columnStride: 1,
    batchStride: imageSizes(shape).output,
  };
}
