import { orientPicture } from '../picture/orient.js';
import { CHANNELS, type Picture } from '../picture/picture.js';
import { FileError } from '../runtime/errors.js';
import { DAMAGED } from './check-limits.js';
import type { JpegHeader } from './jpeg-header.js';
import { decodeTurbo, TurboError } from './jpeg-turbo.js';

/** Bytes of one block's coefficients, kept for the whole picture where it comes in several scans. */
const BLOCK_BYTES = 128;

/** Complaints of the library after which a part of the picture is made up. */
const CUT_OFF = /premature end/iu;
const LOST = /bad Huffman code|instead of RST/u;

/** Bytes of memory that decoding takes at its peak: the file twice, the pixels twice, or thrice when they are turned. */
export function jpegMemory(
  { width, height, orientation, components, blocks, scans }: JpegHeader,
  file: number,
): number {
  const pixels = width * height;
  const samples = components.length === 4 ? 4 : CHANNELS;
  const decoded = pixels * (2 * samples + (samples > CHANNELS || orientation > 1 ? CHANNELS : 0));
  return 2 * file + decoded + (scans > 1 ? blocks * BLOCK_BYTES : 0);
}

/**
 * Decodes a JPEG file: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK (Adobe), turned upright by its EXIF
 * orientation. Colour profiles are ignored. `file` names it in errors. Throws FileError when it is cut off or damaged.
 */
export async function decodeJpeg(bytes: Uint8Array, header: JpegHeader, file: string): Promise<Picture> {
  const { width, height, components } = header;
  try {
    const samples = components.length === 4 ? 4 : 3;
    const { data, warning } = await decodeTurbo(withEnd(bytes, header), width, height, samples);
    if (warning && CUT_OFF.test(warning)) throw new FileError(file, 'is cut off', DAMAGED);
    if (warning && LOST.test(warning)) throw new TurboError(warning);
    return orientPicture({ width, height, data: samples === 4 ? fromInks(data) : data }, header.orientation);
  } catch (error) {
    if (!(error instanceof TurboError)) throw error;
    throw new FileError(file, `has damaged JPEG data (${error.message})`, DAMAGED);
  }
}

/** With an end marker in any case: the decoder cannot tell a file without one from a file that lost data. */
function withEnd(bytes: Uint8Array, { complete, end }: JpegHeader): Uint8Array {
  if (complete) return bytes.subarray(0, end);
  const whole = new Uint8Array(bytes.length + 2);
  whole.set(bytes);
  whole.set([0xff, 0xd9], bytes.length);
  return whole;
}

/** RGB from four inks as Adobe stores them: 255 is none, so that light passes through ink and black one after the other. */
function fromInks(inks: Uint8Array): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array((inks.length / 4) * CHANNELS);
  for (let source = 0, target = 0; target < data.length; source += 4) {
    const black = inks[source + 3]!;
    for (let ink = 0; ink < 3; ink++) data[target++] = (inks[source + ink]! * black + 127) / 255;
  }
  return data;
}
