import { orientPicture } from '../picture/orient.js';
import { CHANNELS, type Picture } from '../picture/picture.js';
import { FileError } from '../runtime/errors.js';
import { DAMAGED } from './check-limits.js';
import { type PngHeader, pixelBits, pngPasses } from './png-header.js';
import { PngDataError, PngRows } from './png-rows.js';

/** Deflate cannot shrink data further than this. */
const MAX_RATIO = 1032;

/** Bytes of memory that decoding takes at its peak: the file and the pixels, twice where they are turned. */
export function pngMemory({ width, height, orientation }: PngHeader, file: number): number {
  return file + width * height * CHANNELS * (orientation > 1 ? 2 : 1);
}

/**
 * Decodes a PNG file: every colour type and depth (16 bits are rounded to 8), palettes, interlacing; transparent parts are
 * laid over white; turned upright by its EXIF orientation. Gamma and colour profiles are ignored. `file` names it in errors.
 * Throws FileError when it is damaged.
 */
export async function decodePng(header: PngHeader, file: string): Promise<Picture> {
  const { width, height, data, orientation } = header;
  try {
    checkAmount(header);
    const rows = new PngRows(header);
    await unpack(data, rows);
    return orientPicture({ width, height, data: rows.rgb }, orientation);
  } catch (error) {
    if (!(error instanceof PngDataError)) throw error;
    throw new FileError(file, `has damaged PNG data (${error.message})`, DAMAGED);
  }
}

/** A header that promises more than the data can hold is refused before memory for it is taken. */
function checkAmount(header: PngHeader): void {
  const bits = pixelBits(header);
  const expected = pngPasses(header).reduce(
    (sum, pass) => sum + pass.rows * (1 + Math.ceil((pass.columns * bits) / 8)),
    0,
  );
  const packed = header.data.reduce((sum, part) => sum + part.length, 0);
  if (packed * MAX_RATIO < expected) throw new PngDataError('too little image data');
}

/** Unpacks until the picture is complete; whatever would follow costs nothing. */
async function unpack(data: readonly Uint8Array[], rows: PngRows): Promise<void> {
  const stream = new DecompressionStream('deflate');
  // What goes wrong while writing is seen while reading; what is left over when the picture is complete goes nowhere.
  feed(stream.writable, data).catch(() => undefined);
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  try {
    while (!rows.complete) {
      const { value, done } = await reader.read().catch(() => {
        throw new PngDataError('it does not unpack');
      });
      if (done) throw new PngDataError('too little image data');
      rows.push(value);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

async function feed(writable: WritableStream<BufferSource>, data: readonly Uint8Array[]): Promise<void> {
  const writer = writable.getWriter();
  for (const part of data) await writer.write(part as Uint8Array<ArrayBuffer>);
  await writer.close();
}
