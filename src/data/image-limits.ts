/** What an untrusted picture may cost. Both are checked before anything is decoded. */
export interface ImageLimits {
  /** Width times height, from the file's header. */
  maxPixels: number;
  maxFileBytes: number;
}

export const DEFAULT_IMAGE_LIMITS: ImageLimits = { maxPixels: 64e6, maxFileBytes: 256 * 2 ** 20 };
