import type { Picture } from '../picture/picture.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';

/**
 * Decodes a PNG or JPEG file in memory; the type comes from its first bytes. Upright, transparent parts over white, colour
 * profiles ignored; the same pixels in Node and in every browser, since the same code decodes. Readers of headers
 * and pixels are loaded with the first picture. `file` names it in errors.
 * Throws FileError for a file that is damaged, of another kind or over the limits.
 */
export async function decodeImage(
  bytes: Uint8Array,
  file = 'picture data',
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<Picture> {
  const { inspectImage } = await import('./inspect-image.js');
  return inspectImage(bytes, file, limits).decode();
}
