import { FileError } from '../runtime/errors.js';
import { printable } from '../runtime/quote.js';

/** An array of bytes from an IDX file (the format of MNIST and its descendants). */
export interface IdxArray {
  shape: number[];
  data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const WAY_OUT = 'get the file again';

/** Bytes of the longest header: a magic number and the lengths of 255 dimensions. */
export const MAX_IDX_HEADER = 4 + 4 * 255;

/** The shape that an IDX file of unsigned bytes states in its first bytes, and the bytes it then has in all. Throws FileError. */
export function idxHeader(start: Uint8Array, file: string): { shape: number[]; dataStart: number; bytes: number } {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const rank = start[3] ?? 0;
  const dataStart = 4 + 4 * rank;
  if (start.length < 4 || view.getUint16(0) !== 0 || rank < 1 || start.length < dataStart) {
    throw new FileError(file, 'is not an IDX file', WAY_OUT);
  }
  if (start[2] !== UNSIGNED_BYTE) throw new FileError(file, `has element type ${start[2]}, not bytes`, WAY_OUT);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  return { shape, dataStart, bytes: dataStart + shape.reduce((product, length) => product * length, 1) };
}

/** A shape as messages show it; a damaged header may state 255 sides. */
export function shapeText(shape: readonly number[]): string {
  return printable(shape.join('x'), 60);
}

/** Parses IDX data of unsigned bytes; the result shares memory with `bytes`. Throws FileError. */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const { shape, dataStart, bytes: needed } = idxHeader(bytes, file);
  if (needed !== bytes.length) {
    const [wanted, found] = [needed - dataStart, bytes.length - dataStart];
    throw new FileError(file, `shape ${shapeText(shape)} needs ${wanted} bytes, it has ${found}`, WAY_OUT);
  }
  return { shape, data: bytes.subarray(dataStart) };
}
