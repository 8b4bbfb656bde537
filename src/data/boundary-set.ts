import type { Picture } from '../picture/picture.js';

/** A picture with its boundaries as people marked them. */
export interface AnnotatedPicture {
  readonly image: Picture;
  /** One byte per pixel: the share of annotators that marked it, x 255. */
  readonly marked: Uint8Array;
}

/** Pictures with boundaries, numbered 0 .. length - 1 in an order that does not depend on the machine. */
export interface BoundarySet {
  readonly name: string;
  readonly length: number;
  /** Stable name of a picture. */
  id(index: number): string;
  /** Throws FileError for a picture or boundaries that cannot be read, or do not fit each other. */
  load(index: number): Promise<AnnotatedPicture>;
}
