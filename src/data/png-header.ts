import { FileError } from '../runtime/errors.js';
import { DAMAGED } from './image-limits.js';

/** What the chunks of a PNG file say, without decoding a pixel. */
export interface PngHeader {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
  /** Content of the image data chunks, in order. */
  data: Uint8Array[];
  /** The byte after the end chunk; anything later is not part of the picture. */
  end: number;
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
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Walks over the chunks. Throws FileError when the file is cut off or its header is not one of a PNG. */
export function readPngHeader(bytes: Uint8Array, file: string): PngHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: PngHeader | undefined;
  for (let at = FIRST_CHUNK; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length) break;
    if (!header) header = parseFirstChunk(type, view, at + 8, length, file);
    else if (type === 'IDAT') header.data.push(bytes.subarray(at + 8, at + 8 + length));
    else if (type === 'IEND') return { ...header, end };
    at = end;
  }
  throw new FileError(file, 'is cut off', DAMAGED);
}

/** Bytes of the unpacked image data: a filter byte and the packed samples of every row of every pass. */
export function unpackedBytes({ width, height, depth, colourType, interlaced }: PngHeader): number {
  const bits = COLOUR_TYPES[colourType]!.samples * depth;
  const rows = (columns: number, lines: number) => (columns > 0 ? lines * (1 + Math.ceil((columns * bits) / 8)) : 0);
  if (!interlaced) return rows(width, height);
  return PASSES.reduce((sum, [x, y, stepX, stepY]) => {
    return sum + rows(Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY));
  }, 0);
}

function parseFirstChunk(type: string, view: DataView, at: number, length: number, file: string): PngHeader {
  if (type !== 'IHDR' || length !== 13) throw new FileError(file, 'does not start with a PNG header', DAMAGED);
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const [depth, colourType, interlace] = [view.getUint8(at + 8), view.getUint8(at + 9), view.getUint8(at + 12)];
  if (!COLOUR_TYPES[colourType]?.depths.includes(depth) || interlace > 1) {
    throw new FileError(file, `has PNG colour type ${colourType}, depth ${depth}, interlace ${interlace}`, DAMAGED);
  }
  return { width, height, depth, colourType, interlaced: interlace === 1, data: [], end: 0 };
}
