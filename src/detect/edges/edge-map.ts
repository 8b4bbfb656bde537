import type { Picture } from '../../picture/picture.js';

/** How strongly each pixel of a picture looks like the boundary of something, rows from the top. */
export interface EdgeMap {
  readonly width: number;
  readonly height: number;
  /** `height * width` numbers from 0 to 1. */
  readonly strength: Float32Array;
}

/** Where edges come from: gradients, or a net on a device. */
export type EdgeSource = (picture: Picture) => EdgeMap | Promise<EdgeMap>;
