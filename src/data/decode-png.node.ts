import { Buffer } from 'node:buffer';
import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { FileError } from '../runtime/errors.js';
import { type ByteImage, overWhite } from './image.js';
import { checkImageSize, DAMAGED, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { type PngHeader, readPngHeader, unpackedBytes } from './png-header.js';

/** Deflate cannot shrink data further than this. */
const MAX_RATIO = 1032;

/**
 * Decodes a PNG file: every colour type and depth (16 bits are rounded to 8), palettes, interlacing; transparent parts are
 * laid over white. Gamma and colour profiles are ignored. `file` names it in errors. Throws FileError when it is cut off,
 * damaged or over the limits.
 */
export function decodePng(bytes: Uint8Array, file: string, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): ByteImage {
  const header = readPngHeader(bytes, file);
  checkImageSize(header.width, header.height, limits, file);
  try {
    checkData(header);
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, header.end));
    return overWhite(data, width, height);
  } catch (error) {
    throw new FileError(file, `has damaged PNG data (${String((error as Error).message).split('\n')[0]})`, DAMAGED);
  }
}

/**
 * Unpacks the image data once by itself: the decoder reserves all memory before it looks, does not bound what an interlaced
 * picture unpacks to, and fills missing rows of others with what lies in memory.
 */
function checkData(header: PngHeader): void {
  const expected = unpackedBytes(header);
  const packed = header.data.reduce((sum, part) => sum + part.length, 0);
  if (packed * MAX_RATIO < expected) throw new Error('too little image data');
  const unpacked = inflateSync(Buffer.concat(header.data), { maxOutputLength: expected });
  if (unpacked.length < expected) throw new Error('too little image data');
}
