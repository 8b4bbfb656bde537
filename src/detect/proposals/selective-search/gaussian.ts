import type { Planes } from './colour-spaces.js';

/** Each plane under a Gaussian of this deviation in pixels; beyond the picture its edge goes on. */
export function gaussianSmooth(planes: Planes, sigma: number): Planes {
  const { width, height, channels, data } = planes;
  const weights = halfKernel(sigma);
  const rows = new Float32Array(data.length);
  const smooth = new Float32Array(data.length);
  for (let line = 0; line < channels * height; line++) smoothRow(data, rows, line * width, width, weights);
  for (let c = 0; c < channels; c++) smoothColumns(rows, smooth, c * width * height, width, height, weights);
  return { width, height, channels, data: smooth };
}

/** Weights at distance 0, 1, ... up to four deviations; the whole kernel sums to 1. */
function halfKernel(sigma: number): Float32Array {
  const half = Float32Array.from({ length: Math.ceil(4 * sigma) + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
  const sum = 2 * half.reduce((total, weight) => total + weight, 0) - half[0]!;
  return half.map((weight) => weight / sum);
}

function smoothRow(source: Float32Array, target: Float32Array, start: number, width: number, half: Float32Array): void {
  const last = width - 1;
  for (let x = 0; x < width; x++) {
    let sum = half[0]! * source[start + x]!;
    for (let i = 1; i < half.length; i++) {
      const left = x < i ? 0 : x - i;
      const right = x + i > last ? last : x + i;
      sum += half[i]! * (source[start + left]! + source[start + right]!);
    }
    target[start + x] = sum;
  }
}

function smoothColumns(
  source: Float32Array,
  target: Float32Array,
  plane: number,
  width: number,
  height: number,
  half: Float32Array,
): void {
  for (let y = 0; y < height; y++) {
    const row = plane + y * width;
    for (let x = 0; x < width; x++) target[row + x] = half[0]! * source[row + x]!;
    for (let i = 1; i < half.length; i++) {
      const above = plane + Math.max(0, y - i) * width;
      const below = plane + Math.min(height - 1, y + i) * width;
      const weight = half[i]!;
      for (let x = 0; x < width; x++) target[row + x]! += weight * (source[above + x]! + source[below + x]!);
    }
  }
}
