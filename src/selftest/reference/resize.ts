/** Resizes. Bilinear: pixel centres at half-integers (align-corners off), edges clamped, no antialias. */
import { at, build, type NdArray } from './nd.js';

interface Sample {
  low: number;
  high: number;
  /** Weight of `high`. */
  fraction: number;
}

/** The two source cells, and the weight of the second, that output cell `i` mixes. */
function sampleAt(i: number, outputSize: number, inputSize: number): Sample {
  const source = Math.max(0, ((i + 0.5) * inputSize) / outputSize - 0.5);
  const low = Math.min(Math.floor(source), inputSize - 1);
  const high = Math.min(low + 1, inputSize - 1);
  return { low, high, fraction: source - low };
}

/** x[N,C,H,W] -> [N,C,height,width]. */
export function resizeBilinear(x: NdArray, [height, width]: readonly [number, number]): NdArray {
  return build([x.shape[0]!, x.shape[1]!, height, width], (index) => {
    const [n, c, row, column] = index as [number, number, number, number];
    const v = sampleAt(row, height, x.shape[2]!);
    const h = sampleAt(column, width, x.shape[3]!);
    const along = (r: number) => at(x, [n, c, r, h.low]) * (1 - h.fraction) + at(x, [n, c, r, h.high]) * h.fraction;
    return along(v.low) * (1 - v.fraction) + along(v.high) * v.fraction;
  });
}

/** Cell floor(i * in / out). */
export function resizeNearest(x: NdArray, [height, width]: readonly [number, number]): NdArray {
  return build([x.shape[0]!, x.shape[1]!, height, width], ([n, c, row, column]) =>
    at(x, [n!, c!, Math.floor((row! * x.shape[2]!) / height), Math.floor((column! * x.shape[3]!) / width)]),
  );
}

/** Keys' cubic with the slope -0.75, of 4x4 cells, edges clamped. */
export function resizeBicubic(x: NdArray, [height, width]: readonly [number, number]): NdArray {
  const kernel = (distance: number) => {
    const d = Math.abs(distance);
    if (d <= 1) return 1.25 * d ** 3 - 2.25 * d ** 2 + 1;
    return d < 2 ? -0.75 * d ** 3 + 3.75 * d ** 2 - 6 * d + 3 : 0;
  };
  return build([x.shape[0]!, x.shape[1]!, height, width], ([n, c, row, column]) => {
    const y = ((row! + 0.5) * x.shape[2]!) / height - 0.5;
    const z = ((column! + 0.5) * x.shape[3]!) / width - 0.5;
    let total = 0;
    for (let i = Math.floor(y) - 1; i <= Math.floor(y) + 2; i++) {
      for (let j = Math.floor(z) - 1; j <= Math.floor(z) + 2; j++) {
        const clamp = (cell: number, cells: number) => Math.min(Math.max(cell, 0), cells - 1);
        total += kernel(y - i) * kernel(z - j) * at(x, [n!, c!, clamp(i, x.shape[2]!), clamp(j, x.shape[3]!)]);
      }
    }
    return total;
  });
}
