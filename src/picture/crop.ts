import { CHANNELS, type Picture } from './picture.js';

/** Corners in whole pixels, half-open. */
interface Corners {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The pixels of a box, cut to the picture; at least one. */
export function cropPicture({ width, height, data }: Picture, box: Corners): Picture {
  const [x0, y0] = [Math.min(Math.max(0, box.x0), width - 1), Math.min(Math.max(0, box.y0), height - 1)];
  const [x1, y1] = [Math.max(x0 + 1, Math.min(width, box.x1)), Math.max(y0 + 1, Math.min(height, box.y1))];
  const row = CHANNELS * (x1 - x0);
  const part = new Uint8Array(row * (y1 - y0));
  for (let y = y0; y < y1; y++) {
    const start = CHANNELS * (y * width + x0);
    part.set(data.subarray(start, start + row), row * (y - y0));
  }
  return { width: x1 - x0, height: y1 - y0, data: part };
}
