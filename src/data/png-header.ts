import { crc32 } from '../io/crc32.js';
import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';
import { checkImageSize, DAMAGED } from './check-limits.js';
import { tiffOrientation } from './exif.js';
import type { ImageLimits } from './image-limits.js';

/** What the chunks of a PNG file say, without decoding a pixel. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
  /** Red, green, blue of each entry (PLTE). */
  palette?: Uint8Array;
  /** Alpha of the palette's first entries, or the samples of the one colour that is transparent, two bytes each (tRNS). */
  transparency?: Uint8Array;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Content of the image data chunks, in order. */
  readonly data: Uint8Array[];
}

/** One of Adam7's seven pictures, or the whole of a picture that is not interlaced. */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  /** Distance to the next column and row. */
  readonly stepX: number;
  readonly stepY: number;
  readonly columns: number;
  readonly rows: number;
}

const FIRST_CHUNK = 8;
/** Samples a pixel by colour type, and the bit depths that go with it (PNG specification, table 11.1). */
const COLOUR_TYPES: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
/** Adam7: first column and row of each pass and the distance to the next. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/**
 * Walks over the chunks. Throws FileError when the file is over the limits or cut off, a chunk that is needed is damaged or
 * unknown, or the header is not one of a PNG.
 */
export function readPngHeader(bytes: Uint8Array, file: string, limits: ImageLimits): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PngHeader | undefined;
  for (let at = FIRST_CHUNK; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) break;
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (!header) {
      header = parseFirstChunk(type, content, file);
      checkImageSize(header.width, header.height, limits, file);
    } else readChunk(header, type, content, file);
    // Like other readers: a wrong checksum of what does not matter (a text, a date) is let pass.
    if (isNeeded(type) && view.getUint32(end - 4) !== crc32(bytes.subarray(at + 4, end - 4))) {
      throw new FileError(file, `has damaged PNG data (wrong checksum of ${type})`, DAMAGED);
    }
    if (type === 'IEND') return header;
    at = end;
  }
  throw new FileError(file, 'is cut off', DAMAGED);
}

/** Bits of a pixel before unpacking. */
export function pixelBits({ colourType, depth }: PngHeader): number {
  return COLOUR_TYPES[colourType]!.samples * depth;
}

/** The pictures that the image data holds one after the other; those without a pixel are left out. */
export function pngPasses({ width, height, interlaced }: PngHeader): PngPass[] {
  const steps = interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  return steps
    .map(([x, y, stepX, stepY]) => {
      return { x, y, stepX, stepY, columns: Math.ceil((width - x) / stepX), rows: Math.ceil((height - y) / stepY) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

function isNeeded(type: string): boolean {
  return ['IHDR', 'PLTE', 'IDAT', 'tRNS', 'IEND'].includes(type);
}

function readChunk(header: PngHeader, type: string, content: Uint8Array, file: string): void {
  if (type === 'IDAT') header.data.push(content);
  else if (type === 'PLTE') header.palette = content;
  else if (type === 'tRNS') header.transparency = content;
  else if (type === 'eXIf') header.orientation = tiffOrientation(content);
  else if (/^[A-Z]/u.test(type) && type !== 'IEND') {
    throw new FileError(file, `has the PNG chunk ${quoted(type)}, which is not known`, 'convert it to a plain PNG');
  }
}

function parseFirstChunk(type: string, content: Uint8Array, file: string): PngHeader {
  if (type !== 'IHDR' || content.length !== 13) throw new FileError(file, 'does not start with a PNG header', DAMAGED);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colourType, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  if (!COLOUR_TYPES[colourType]?.depths.includes(depth) || interlace > 1) {
    throw new FileError(file, `has PNG colour type ${colourType}, depth ${depth}, interlace ${interlace}`, DAMAGED);
  }
  return { width, height, depth, colourType, interlaced: interlace === 1, orientation: 1, data: [] };
}
