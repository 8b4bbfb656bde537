/** A decoded picture: three bytes a pixel (red, green, blue), rows from the top, no padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What one image of the batch shows. */
export interface ImageView {
  /** The picture, by its position. Default: the position of the view. */
  readonly image?: number;
  /** x0, y0, x1, y1 in pixels of the picture, with fractions; parts outside repeat its edge. Default: all of it. */
  readonly sourceBox?: readonly [x0: number, y0: number, x1: number, y1: number];
  /** Mirrored, left to right. Default false. */
  readonly flip?: boolean;
  /** Added to red, green and blue (0 to 255). Default 0. */
  readonly shift?: readonly [red: number, green: number, blue: number];
}
