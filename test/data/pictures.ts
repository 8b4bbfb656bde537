import { Buffer } from 'node:buffer';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

type Colour = readonly [number, number, number, number?];

/** Bytes of a PNG whose pixel at (x, y) is `colour(x, y)`. */
export function pngBytes(width: number, height: number, colour: (x: number, y: number) => Colour): Buffer {
  const png = new PNG({ width, height });
  png.data = Buffer.from(rgba(width, height, colour));
  return PNG.sync.write(png);
}

/** Bytes of a baseline JPEG whose pixel at (x, y) is about `colour(x, y)`. */
export function jpegBytes(width: number, height: number, colour: (x: number, y: number) => Colour): Buffer {
  return jpeg.encode({ width, height, data: rgba(width, height, colour) }, 95).data;
}

/** A picture of one colour: enough where only the size and the class matter. */
export function plainPng(width: number, height: number, grey = 128): Buffer {
  return pngBytes(width, height, () => [grey, grey, grey]);
}

function rgba(width: number, height: number, colour: (x: number, y: number) => Colour): Uint8Array {
  const bytes = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue, alpha = 255] = colour(i % width, Math.floor(i / width));
    bytes.set([red, green, blue, alpha], i * 4);
  }
  return bytes;
}
