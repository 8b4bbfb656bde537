/** Single elements of a convolution and of its gradients, by flat index: a benchmark looks at some of a large one. */
import { type Conv2dAttrs, outputShape } from './conv2d.js';
import { type NdArray, pair } from './nd.js';

/**
 * Every element by the sum of its definition. The sums run in the order of `conv2d` and `conv2dVjp`, so that the values
 * are the same to the bit.
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
      const from = Math.max(0, Math.ceil(-column0 / strideX));
      const to = Math.min(outWidth, Math.floor((width - 1 - column0) / strideX) + 1);
      let sum = 0;
      for (let n = 0; n < batch; n++)
        for (let oy = 0; oy < outHeight; oy++) {
          const row = row0 + oy * strideY;
          if (row < 0 || row >= height) continue;
          const line = ((n * channels + channel) * height + row) * width + column0;
          const up = ((n * outChannels + o) * outHeight + oy) * outWidth;
          for (let ox = from; ox < to; ox++) sum += g.data[up + ox]! * x.data[line + ox * strideX]!;
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
