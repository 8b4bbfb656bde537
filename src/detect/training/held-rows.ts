/** Counts who holds which rows: examples of several classes are one row in memory, which goes when the last class lets go. */
export class HeldRows {
  private readonly holders = new Map<Float32Array, number>();

  /** Rows that somebody holds. */
  get count(): number {
    return this.holders.size;
  }

  has(row: Float32Array): boolean {
    return this.holders.has(row);
  }

  take(row: Float32Array): void {
    this.holders.set(row, (this.holders.get(row) ?? 0) + 1);
  }

  release(row: Float32Array): void {
    const left = this.holders.get(row)! - 1;
    if (left === 0) this.holders.delete(row);
    else this.holders.set(row, left);
  }
}
