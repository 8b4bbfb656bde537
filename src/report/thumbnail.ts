/** Smaller copies of large photographs, so that a report stays small. */
import { CHANNELS, type Picture } from '../picture/picture.js';

/** The picture itself when no side is over `longest` pixels, else an area-averaged copy whose longer side is `longest`. */
export function thumbnail(image: Picture, longest: number): Picture {
  const scale = longest / Math.max(image.width, image.height);
  if (!(scale < 1)) return image;
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const data = new Uint8ClampedArray(width * height * CHANNELS);
  for (let y = 0; y < height; y++) {
    const rows = area(y, height, image.height);
    for (let x = 0; x < width; x++) {
      const columns = area(x, width, image.width);
      for (let c = 0; c < CHANNELS; c++) {
        data[(y * width + x) * CHANNELS + c] = mean(image, rows, columns, c);
      }
    }
  }
  return { width, height, data: new Uint8Array(data.buffer) };
}

type Range = [start: number, end: number];

function area(i: number, count: number, size: number): Range {
  const start = Math.floor((i * size) / count);
  return [start, Math.max(start + 1, Math.floor(((i + 1) * size) / count))];
}

function mean(image: Picture, [y0, y1]: Range, [x0, x1]: Range, channel: number): number {
  let sum = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) sum += image.data[(y * image.width + x) * CHANNELS + channel]!;
  }
  return sum / ((y1 - y0) * (x1 - x0));
}
