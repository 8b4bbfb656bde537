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

/** The JPEG with an EXIF orientation (1 to 8) in front. */
export function withOrientation(jpegFile: Uint8Array, orientation: number): Buffer {
  const exif = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  exif.writeUInt16BE(orientation, 24);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([head, exif, jpegFile.subarray(2)]);
}
