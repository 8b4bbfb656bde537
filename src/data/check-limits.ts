import { FileError } from '../runtime/errors.js';
import type { ImageLimits } from './image-limits.js';

export const DAMAGED = 'the file is damaged, get it again or remove it';

/** Throws FileError when the file is larger than allowed. */
export function checkFileSize(bytes: number, limits: ImageLimits, file: string): void {
  if (bytes > limits.maxFileBytes) {
    throw new FileError(file, `${bytes} bytes are more than the limit of ${limits.maxFileBytes}`, 'make it smaller');
  }
}

/** Throws FileError for an empty picture or one with more pixels than allowed. */
export function checkImageSize(width: number, height: number, limits: ImageLimits, file: string): void {
  if (width < 1 || height < 1) throw new FileError(file, `its size is ${width}x${height}`, DAMAGED);
  if (width * height > limits.maxPixels) {
    const problem = `${width}x${height} pixels are more than the limit of ${limits.maxPixels}`;
    throw new FileError(file, problem, 'make it smaller');
  }
}
