import { readPlainFile } from '../io/plain-file.node.js';
import { decodeJpeg } from './decode-jpeg.js';
import { decodePng } from './decode-png.node.js';
import type { ByteImage } from './image.js';
import { checkFileSize, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { sniffImageType } from './sniff.js';

/** `decodeImage` of the browser, in Node. */
export async function decodeImage(
  bytes: Uint8Array,
  file: string,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<ByteImage> {
  return decodeImageSync(bytes, file, limits);
}

/** Decodes a PNG or JPEG file in memory; the type comes from its first bytes. `file` names it in errors. Throws FileError. */
export function decodeImageSync(
  bytes: Uint8Array,
  file: string,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): ByteImage {
  checkFileSize(bytes.length, limits, file);
  return sniffImageType(bytes, file) === 'png' ? decodePng(bytes, file, limits) : decodeJpeg(bytes, file, limits);
}

/** Reads and decodes one picture. Throws FileError; pipes and devices are refused, since reading them may never end. */
export async function loadImage(path: string, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): Promise<ByteImage> {
  const { maxFileBytes } = limits;
  const bytes = await readPlainFile(path, { maxBytes: maxFileBytes, wayOut: 'give the path of a picture' });
  return decodeImageSync(bytes, path, limits);
}
