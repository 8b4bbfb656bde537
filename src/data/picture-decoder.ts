import type { ByteImage } from './image.js';

/** A decoded picture and the time the decoding took. */
export interface DecodedPicture {
  image: ByteImage;
  seconds: number;
}

/** Something that decodes files beside the caller, several at a time. */
export interface PictureDecoder {
  /** How many pictures are decoded at once. */
  readonly workers: number;
  /** Throws FileError for a picture that cannot be read or decoded. */
  decode(path: string): Promise<DecodedPicture>;
}
