import type { PixelBox } from '../data/objects.js';

/** A thing that a detector found. */
export interface Detection {
  /** Class index. */
  readonly label: number;
  /** The higher the surer; comparable within a class, over all pictures. */
  readonly score: number;
  readonly box: PixelBox;
}
