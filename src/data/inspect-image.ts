import { asBytes } from '../io/bytes.js';
import type { Picture } from '../picture/picture.js';
import { checkFileSize } from './check-limits.js';
import { decodeJpeg, jpegMemory } from './decode-jpeg.js';
import { decodePng, pngMemory } from './decode-png.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { type JpegHeader, readJpegHeader } from './jpeg-header.js';
import { type PngHeader, readPngHeader } from './png-header.js';
import { sniffImageType } from './sniff.js';

/** A file that was looked at and may be decoded. */
export interface EncodedPicture {
  /** As it is stored, before its EXIF orientation turns it. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  /** Bytes of memory that decoding takes at its peak, the file itself included. */
  readonly memory: number;
  /** Throws FileError for damaged data. */
  decode(): Promise<Picture>;
}

/** Looks at a PNG or JPEG file in memory without decoding it. Throws FileError where it must not, or cannot, be decoded. */
export function inspectImage(
  bytes: Uint8Array,
  file: string,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): EncodedPicture {
  asBytes('decodeImage', bytes);
  checkFileSize(bytes.length, limits, file);
  if (sniffImageType(bytes, file) === 'png') {
    const header = readPngHeader(bytes, file, limits);
    return { ...sizeOf(header), memory: pngMemory(header, bytes.length), decode: () => decodePng(header, file) };
  }
  const header = readJpegHeader(bytes, file, limits);
  const memory = jpegMemory(header, bytes.length);
  return { ...sizeOf(header), memory, decode: () => decodeJpeg(bytes, header, file) };
}

const sizeOf = ({ width, height, orientation }: PngHeader | JpegHeader) => ({ width, height, orientation });
