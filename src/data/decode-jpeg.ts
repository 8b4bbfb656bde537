import jpeg from 'jpeg-js';
import { FileError } from '../runtime/errors.js';
import { type ByteImage, orientImage } from './image.js';
import { checkImageSize, DAMAGED, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { type JpegHeader, readJpegHeader } from './jpeg-header.js';

/** Progressive files of cameras and programs have about ten scans; thousands would keep the decoder busy for hours. */
const MAX_SCANS = 200;
const MAX_DECODER_MEGABYTES = 2048;

/**
 * Decodes a JPEG file: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK (Adobe), turned upright by its EXIF
 * orientation. Colour profiles are ignored. `file` names it in errors. Throws FileError when it is cut off, damaged, of an
 * unsupported kind or over the limits.
 */
export function decodeJpeg(bytes: Uint8Array, file: string, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): ByteImage {
  const header = readJpegHeader(bytes, file);
  checkImageSize(header.width, header.height, limits, file);
  checkData(header, file);
  const { width, height, data } = runDecoder(bytes, header, file, limits);
  return orientImage({ width, height, data: data as Uint8Array<ArrayBuffer> }, header.orientation);
}

function checkData(header: JpegHeader, file: string): void {
  if (header.scans > MAX_SCANS) throw new FileError(file, `has ${header.scans} scans`, DAMAGED);
  const lossy = header.progressive || header.scans > 1;
  // A block takes at least one bit; a lone end marker may be missing when all data is in one scan.
  if (header.scanBytes * 8 < header.blocks || (lossy && !header.complete)) {
    throw new FileError(file, 'is cut off', DAMAGED);
  }
  if (header.components.length === 4 && header.adobeTransform === undefined) {
    throw new FileError(file, 'has four colours without saying which', 'convert it to RGB');
  }
}

function runDecoder(bytes: Uint8Array, header: JpegHeader, file: string, limits: ImageLimits) {
  try {
    return jpeg.decode(withEnd(bytes, header), {
      useTArray: true,
      formatAsRGBA: false,
      colorTransform: header.adobeTransform === undefined ? !hasRgbNames(header) : header.adobeTransform > 0,
      // The decoder's own idea of a short last restart interval; cut-off data still throws.
      tolerantDecoding: true,
      // Again, should the decoder find another frame header than the one that was checked.
      maxResolutionInMP: (limits.maxPixels + 1) / 1e6,
      maxMemoryUsageInMB: MAX_DECODER_MEGABYTES,
    });
  } catch (error) {
    const [line] = String((error as Error).message).split('\n');
    const cutOff = line === 'unexpected marker: ffd9' || line === 'marker was not found';
    throw new FileError(file, cutOff ? 'is cut off' : `has damaged JPEG data (${line})`, DAMAGED);
  }
}

/** With an end marker in any case: the decoder stops there instead of taking zeros for data that is missing. */
function withEnd(bytes: Uint8Array, header: JpegHeader): Uint8Array {
  if (header.complete) return bytes;
  const whole = new Uint8Array(bytes.length + 2);
  whole.set(bytes);
  whole.set([0xff, 0xd9], bytes.length);
  return whole;
}

/** Some encoders mark RGB data by the component ids alone. */
function hasRgbNames(header: JpegHeader): boolean {
  return String.fromCharCode(...header.components) === 'RGB';
}
