/** Bilinear resize: pixel centres at half-integers (align-corners off), edges clamped, no antialias. */
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
