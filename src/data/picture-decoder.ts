import type { Picture } from '../picture/picture.js';

/** A decoded picture and the time the decoding took. */
export interface DecodedPicture {
  image: Picture;
  seconds: number;
}

/** Something that decodes files beside the caller, several at a time. */
export interface PictureDecoder {
  /** How many pictures are decoded at once. */
  readonly workers: number;
  /** Throws FileError for a picture that cannot be read or decoded. */
  decode(path: string): Promise<DecodedPicture>;
}
