/** Cross-correlation of NCHW maps, every element by the sum of its definition. */
import { type NdArray, nd, pair } from './nd.js';

export interface Conv2dAttrs {
  stride?: number | readonly number[];
  padding?: number | readonly number[];
  dilation?: number | readonly number[];
  groups?: number;
  activation?: 'none' | 'relu';
}

/** floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1 on each axis. */
function outputShape(x: NdArray, w: NdArray, attrs: Conv2dAttrs): [number, number, number, number] {
  const cells = (axis: 0 | 1) => {
    const span = pair(attrs.dilation ?? 1)[axis] * (w.shape[2 + axis]! - 1) + 1;
    return (
      Math.floor((x.shape[2 + axis]! + 2 * pair(attrs.padding ?? 0)[axis] - span) / pair(attrs.stride ?? 1)[axis]) + 1
    );
  };
  return [x.shape[0]!, w.shape[0]!, cells(0), cells(1)];
}

/**
 * Single elements of a convolution and of its gradients, by flat index: whole arrays are made of them, and a benchmark
 * looks at some of a large one.
 */
export function convolutionElements(x: NdArray, w: NdArray, attrs: Conv2dAttrs) {
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const [outChannels, groupChannels, kernelHeight, kernelWidth] = w.shape as [number, number, number, number];
  const shape = outputShape(x, w, attrs);
  const [batch, , outHeight, outWidth] = shape;
  const [strideY, strideX] = pair(attrs.stride ?? 1);
  const [padY, padX] = pair(attrs.padding ?? 0);
  const [dilationY, dilationX] = pair(attrs.dilation ?? 1);
  const groupSize = outChannels / (attrs.groups ?? 1);

  /** The output cell of an axis that a weight carries an input cell to; -1 for none. */
  const outputCell = (cell: number, pad: number, tap: number, dilation: number, stride: number, count: number) => {
    const out = (cell + pad - tap * dilation) / stride;
    return Number.isInteger(out) && out >= 0 && out < count ? out : -1;
  };

  return {
    shape,
    output(index: number, bias: NdArray | null): number {
      const column0 = (index % outWidth) * strideX - padX;
      const row0 = (Math.floor(index / outWidth) % outHeight) * strideY - padY;
      const plane = Math.floor(index / (outWidth * outHeight));
      const o = plane % outChannels;
      const from = Math.floor(plane / outChannels) * channels + Math.floor(o / groupSize) * groupChannels;
      let sum = bias ? bias.data[o]! : 0;
      for (let c = 0; c < groupChannels; c++)
        for (let i = 0; i < kernelHeight; i++) {
          const row = row0 + i * dilationY;
          if (row < 0 || row >= height) continue;
          const line = ((from + c) * height + row) * width;
          const weights = ((o * groupChannels + c) * kernelHeight + i) * kernelWidth;
          for (let j = 0; j < kernelWidth; j++) {
            const column = column0 + j * dilationX;
            if (column >= 0 && column < width) sum += x.data[line + column]! * w.data[weights + j]!;
          }
        }
      return sum;
    },
    inputGradient(index: number, g: NdArray): number {
      const column = index % width;
      const row = Math.floor(index / width) % height;
      const plane = Math.floor(index / (width * height));
      const channel = plane % channels;
      const n = Math.floor(plane / channels);
      const c = channel % groupChannels;
      const first = Math.floor(channel / groupChannels) * groupSize;
      let sum = 0;
      for (let i = 0; i < kernelHeight; i++) {
        const oy = outputCell(row, padY, i, dilationY, strideY, outHeight);
        if (oy < 0) continue;
        for (let j = 0; j < kernelWidth; j++) {
          const ox = outputCell(column, padX, j, dilationX, strideX, outWidth);
          if (ox < 0) continue;
          let up = ((n * outChannels + first) * outHeight + oy) * outWidth + ox;
          let weight = ((first * groupChannels + c) * kernelHeight + i) * kernelWidth + j;
          for (let o = 0; o < groupSize; o++) {
            sum += g.data[up]! * w.data[weight]!;
            up += outHeight * outWidth;
            weight += groupChannels * kernelHeight * kernelWidth;
          }
        }
      }
      return sum;
    },
    weightGradient(index: number, g: NdArray): number {
      const column0 = (index % kernelWidth) * dilationX - padX;
      const row0 = (Math.floor(index / kernelWidth) % kernelHeight) * dilationY - padY;
      const c = Math.floor(index / (kernelWidth * kernelHeight)) % groupChannels;
      const o = Math.floor(index / (kernelWidth * kernelHeight * groupChannels));
      const channel = Math.floor(o / groupSize) * groupChannels + c;
      let sum = 0;
      for (let n = 0; n < batch; n++)
        for (let oy = 0; oy < outHeight; oy++) {
          const row = row0 + oy * strideY;
          if (row < 0 || row >= height) continue;
          const line = ((n * channels + channel) * height + row) * width;
          const up = ((n * outChannels + o) * outHeight + oy) * outWidth;
          for (let ox = 0; ox < outWidth; ox++) {
            const column = column0 + ox * strideX;
            if (column >= 0 && column < width) sum += g.data[up + ox]! * x.data[line + column]!;
          }
        }
      return sum;
    },
    biasGradient(o: number, g: NdArray): number {
      let sum = 0;
      for (let n = 0; n < batch; n++) {
        const start = (n * outChannels + o) * outHeight * outWidth;
        for (let i = start; i < start + outHeight * outWidth; i++) sum += g.data[i]!;
      }
      return sum;
    },
  };
}

function filled(shape: readonly number[], at: (index: number) => number): NdArray {
  const all = nd(shape);
  for (let i = 0; i < all.data.length; i++) all.data[i] = at(i);
  return all;
}

/** x[N,C,H,W] with w[O,C/groups,KH,KW], plus bias[O], through ReLU on request. */
export function conv2d(x: NdArray, w: NdArray, bias: NdArray | null, attrs: Conv2dAttrs = {}): NdArray {
  const elements = convolutionElements(x, w, attrs);
  const y = filled(elements.shape, (index) => elements.output(index, bias));
  return attrs.activation === 'relu' ? { ...y, data: y.data.map((v) => Math.max(v, 0)) } : y;
}

/**
 * Gradients to x, w and bias, for maps too large for finite differences.
 * @param y the output, if at hand: it says where a ReLU was open
 */
export function conv2dVjp(
  x: NdArray,
  w: NdArray,
  bias: NdArray | null,
  g: NdArray,
  attrs: Conv2dAttrs = {},
  y?: NdArray,
): NdArray[] {
  const elements = convolutionElements(x, w, attrs);
  const relu = attrs.activation === 'relu';
  const isOpen = (i: number) => (y ? y.data[i]! : elements.output(i, bias)) > 0;
  const gated = relu ? { ...g, data: g.data.map((v, i) => (isOpen(i) ? v : 0)) } : g;
  const dx = filled(x.shape, (index) => elements.inputGradient(index, gated));
  const dw = filled(w.shape, (index) => elements.weightGradient(index, gated));
  return bias ? [dx, dw, filled(bias.shape, (index) => elements.biasGradient(index, gated))] : [dx, dw];
}
