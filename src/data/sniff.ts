import { FileError } from '../runtime/errors.js';

export type ImageType = 'png' | 'jpeg';

const SIGNATURES: [name: string, bytes: number[], offset?: number][] = [
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['WebP', [0x57, 0x45, 0x42, 0x50], 8],
  ['BMP', [0x42, 0x4d]],
  ['TIFF', [0x49, 0x49, 0x2a, 0x00]],
  ['TIFF', [0x4d, 0x4d, 0x00, 0x2a]],
  ['AVIF or HEIC', [0x66, 0x74, 0x79, 0x70], 4],
];

/** The type of a picture by its first bytes (never by its name). Throws FileError for anything but PNG and JPEG. */
export function sniffImageType(bytes: Uint8Array, file: string): ImageType {
  const found = SIGNATURES.find(([, signature, offset = 0]) =>
    signature.every((byte, i) => bytes[offset + i] === byte),
  );
  if (found?.[0] === 'png' || found?.[0] === 'jpeg') return found[0];
  if (bytes.length === 0) throw new FileError(file, 'is empty', 'get it again or remove it');
  const problem = found ? `is ${found[0]}, which is not supported` : 'is not a picture';
  throw new FileError(file, problem, 'convert it to PNG or JPEG');
}
