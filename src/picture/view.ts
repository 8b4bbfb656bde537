/**
 * What one image of a batch shows of its picture. Output pixel (i, j) samples the picture bilinearly, its row at
 * `y0 + (i + 0.5) * (y1 - y0) / height - 0.5` (columns alike), where the box is x0, y0, x1, y1 and pixel centres are whole
 * numbers.
 */
export interface View {
  /** x0, y0, x1, y1 in pixels of the picture, with fractions; parts outside repeat its edge. Default: all of it. */
  readonly sourceBox?: readonly [x0: number, y0: number, x1: number, y1: number];
  /** Of the output, in pixels. */
  readonly outSize: readonly [height: number, width: number];
  /** Mirrored, left to right. Default false. */
  readonly flip?: boolean;
  /** Added to red, green and blue (0 to 255). Default 0. */
  readonly shift?: readonly [red: number, green: number, blue: number];
}
