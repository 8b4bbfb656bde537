import { FileError } from '../runtime/errors.js';
import { type ByteImage, overWhite } from './image.js';
import { checkFileSize, checkImageSize, DAMAGED, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { readJpegHeader } from './jpeg-header.js';
import { readPngHeader } from './png-header.js';
import { sniffImageType } from './sniff.js';

/**
 * Decodes a PNG or JPEG file with the browser's own decoder, upright, transparent parts over white, colour profiles
 * ignored. `file` names it in errors. Throws FileError as the Node decoder does; the limits are checked first as there.
 */
export async function decodeImage(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<ByteImage> {
  checkFileSize(bytes.length, limits, file);
  const type = sniffImageType(bytes, file);
  const { width, height } = type === 'png' ? readPngHeader(bytes, file) : readJpegHeader(bytes, file);
  checkImageSize(width, height, limits, file);
  const blob = new Blob([bytes], { type: `image/${type}` });
  const bitmap = await createImageBitmap(blob, {
    imageOrientation: 'from-image',
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
  }).catch(() => {
    throw new FileError(file, `has damaged ${type.toUpperCase()} data`, DAMAGED);
  });
  try {
    return readBitmap(bitmap);
  } finally {
    bitmap.close();
  }
}

function readBitmap(bitmap: ImageBitmap): ByteImage {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return overWhite(context.getImageData(0, 0, width, height).data, width, height);
}
