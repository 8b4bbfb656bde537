import { readPlainFile } from '../io/plain-file.node.js';
import type { Picture } from '../picture/picture.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
import { type EncodedPicture, inspectImage } from './inspect-image.js';

/** Reads a picture's file and looks at it. Throws FileError; pipes and devices are refused, since reading them may never end. */
export async function readImage(path: string, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): Promise<EncodedPicture> {
  const { maxFileBytes } = limits;
  const bytes = await readPlainFile(path, { maxBytes: maxFileBytes, wayOut: 'give the path of a picture' });
  return inspectImage(bytes, path, limits);
}

/** Reads and decodes one picture. Throws FileError as `decodeImage` does, and for what is not a plain file. */
export async function loadImage(path: string, limits?: ImageLimits): Promise<Picture> {
  return (await readImage(path, limits)).decode();
}
