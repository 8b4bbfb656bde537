import { FileError } from '../runtime/errors.js';

/** An array of bytes from an IDX file (the format of MNIST and its descendants). */
export interface IdxArray {
  shape: number[];
  data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const WAY_OUT = 'get the file again';

/** Parses IDX data of unsigned bytes; the result shares memory with `bytes`. Throws FileError. */
export function parseIdx(bytes: Uint8Array, file: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = bytes[3] ?? 0;
  if (bytes.length < 4 || view.getUint16(0) !== 0 || rank < 1 || bytes.length < 4 + 4 * rank) {
    throw new FileError(file, 'is not an IDX file', WAY_OUT);
  }
  if (bytes[2] !== UNSIGNED_BYTE) throw new FileError(file, `has element type ${bytes[2]}, not bytes`, WAY_OUT);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * rank);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) {
    throw new FileError(file, `shape ${shape.join('x')} needs ${size} bytes, it has ${data.length}`, WAY_OUT);
  }
  return { shape, data };
}
