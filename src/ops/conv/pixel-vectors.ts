import type { Tensor } from '../../tensor/tensor.js';
import { pack } from '../matmul/pack.js';
import { type MemoryWindow, windowOf } from '../matmul/window.js';

/**
 * Images of a dense `[N, C, H, W]` as `[N, C][pixels4]` vec4: where they are if a plane is a whole number of vec4, else
 * a zero-padded copy in the caller's scope.
 */
export function pixelVectors(x: Tensor, first: number, count: number, channels: number, pixels: number): MemoryWindow {
  const planes = count * channels;
  const start = first * channels * pixels;
  if (pixels % 4 === 0 && x.offset % 4 === 0) return windowOf('conv2d', x, start, planes * pixels);
  const packed = pack('conv2d', x.device, windowOf('conv2d', x, start, planes * pixels), {
    slices: 1,
    blocks: 1,
    blockRows: planes,
    blockValid: planes,
    columns: pixels,
    sliceStride: 0,
    blockStride: 0,
    innerStride: pixels,
    columnStride: 1,
  });
  return windowOf('conv2d', packed, 0, packed.size);
}
