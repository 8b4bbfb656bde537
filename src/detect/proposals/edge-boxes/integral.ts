/** Sums of a plane over windows, each in four look-ups. */
export class Integral {
  readonly stride: number;
  /** At `y * stride + x` the sum of all above and to the left of cell (x, y). */
  readonly sums: Float64Array;

  constructor(plane: ArrayLike<number>, width: number, height: number) {
    this.stride = width + 1;
    this.sums = new Float64Array(this.stride * (height + 1));
    for (let y = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++) {
        row += plane[y * width + x]!;
        const at = (y + 1) * this.stride + x + 1;
        this.sums[at] = this.sums[at - this.stride]! + row;
      }
    }
  }

  /** Over columns x0 up to x1 and rows y0 up to y1, ends not included. */
  sum(x0: number, y0: number, x1: number, y1: number): number {
    const { sums } = this;
    const top = y0 * this.stride;
    const bottom = y1 * this.stride;
    return sums[bottom + x1]! - sums[bottom + x0]! - sums[top + x1]! + sums[top + x0]!;
  }
}
