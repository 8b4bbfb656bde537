import type { Tensor } from '../../tensor/tensor.js';
import { pack } from '../tile/pack.js';
import { type MemoryWindow, windowOf } from '../tile/window.js';

/**
 * Images of a dense `[N, C, H, W]` as `[N, C, H][ceil(W / 4)]` vec4: where they are if a row is a whole number of vec4,
 * else a zero-padded copy in the caller's scope.
 */
export function pixelVectors(
  x: Tensor,
  first: number,
  count: number,
  channels: number,
  [height, width]: readonly [number, number],
): MemoryWindow {
  const rows = count * channels * height;
  const start = first * channels * height * width;
  const source = windowOf('conv2d', x, start, rows * width);
  if (width % 4 === 0 && x.offset % 4 === 0) return source;
  const packed = pack('conv2d', x.device, source, {
    slices: 1,
    blocks: 1,
    blockRows: rows,
    blockValid: rows,
    columns: width,
    sliceStride: 0,
    blockStride: 0,
    innerStride: width,
    columnStride: 1,
  });
  return windowOf('conv2d', packed, 0, packed.size);
}
