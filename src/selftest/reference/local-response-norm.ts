/** Local response normalisation across channels (PyTorch, AlexNet) and within a channel (Caffe, released ZF-5). */
import { at, build, type NdArray } from './nd.js';

export interface LrnAttrs {
  size: number;
  alpha?: number;
  beta?: number;
  k?: number;
  mode?: 'acrossChannels' | 'withinChannel';
}

/**
 * x / (k + alpha / count * sum of squares)^beta. Across channels the window is `size` channels from c - floor(size/2) and
 * count = size; within a channel it is a size x size square around the cell and count = size^2. Outside counts as 0.
 */
export function localResponseNorm(x: NdArray, attrs: LrnAttrs): NdArray {
  const { size, alpha = 1e-4, beta = 0.75, k = 1, mode = 'acrossChannels' } = attrs;
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const before = mode === 'acrossChannels' ? Math.floor(size / 2) : Math.floor((size - 1) / 2);
  const squareAt = (n: number, c: number, row: number, column: number) => {
    const inside = c >= 0 && c < channels && row >= 0 && row < height && column >= 0 && column < width;
    return inside ? at(x, [n, c, row, column]) ** 2 : 0;
  };
  return build(x.shape, (index) => {
    const [n, c, row, column] = index as [number, number, number, number];
    let squares = 0;
    for (let i = -before; i < size - before; i++) {
      if (mode === 'acrossChannels') squares += squareAt(n, c + i, row, column);
      else for (let j = -before; j < size - before; j++) squares += squareAt(n, c, row + i, column + j);
    }
    const count = mode === 'acrossChannels' ? size : size * size;
    return at(x, index) * (k + (alpha / count) * squares) ** -beta;
  });
}
