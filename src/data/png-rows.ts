import { CHANNELS } from '../picture/picture.js';
import { type PngHeader, type PngPass, pixelBits, pngPasses } from './png-header.js';
import { pixelReader, type RowReader } from './png-samples.js';

/** The image data asks for something that there is not. */
export class PngDataError extends Error {}

/**
 * Turns unpacked image data of a PNG into RGB as it comes, row by row: besides the picture it keeps two rows. Data after the
 * last row is left alone, as other readers do.
 */
export class PngRows {
  readonly rgb: Uint8Array<ArrayBuffer>;
  private readonly read: RowReader;
  private readonly passes: PngPass[];
  /** Distance in bytes of a sample to the one that filters compare it with. */
  private readonly unit: number;
  /** A row as it comes: the byte that names its filter, then its samples; and the row before, without filter. */
  private row = new Uint8Array(0);
  private above = new Uint8Array(0);
  private filled = 0;
  private line = 0;

  /** @throws PngDataError for a palette picture without palette */
  constructor(private readonly header: PngHeader) {
    if (header.colourType === 3 && !header.palette) throw new PngDataError('palette not found');
    this.rgb = new Uint8Array(header.width * header.height * CHANNELS);
    this.read = pixelReader(header);
    this.passes = pngPasses(header);
    this.unit = Math.ceil(pixelBits(header) / 8);
    this.startPass();
  }

  get complete(): boolean {
    return this.passes.length === 0;
  }

  /** @throws PngDataError for a filter that does not exist */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.complete; ) {
      const part = chunk.subarray(at, at + this.row.length - this.filled);
      this.row.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.row.length) this.finishRow();
    }
  }

  private startPass(): void {
    const [pass] = this.passes;
    if (!pass) return;
    const bytes = 1 + Math.ceil((pass.columns * pixelBits(this.header)) / 8);
    this.row = new Uint8Array(bytes);
    this.above = new Uint8Array(bytes);
    this.line = 0;
  }

  private finishRow(): void {
    const { row, rgb, header } = this;
    const { x, y, stepX, stepY, columns, rows } = this.passes[0]!;
    unfilter(row, this.above, this.unit);
    const target = (y + this.line * stepY) * header.width + x;
    this.read(row.subarray(1), columns, rgb, target * CHANNELS, stepX * CHANNELS);
    this.filled = 0;
    this.line++;
    [this.row, this.above] = [this.above, row];
    if (this.line < rows) return;
    this.passes.shift();
    this.startPass();
  }
}

/** Undoes a row's filter (PNG specification, 9.2). Both rows start with a filter byte. */
function unfilter(row: Uint8Array, above: Uint8Array, unit: number): void {
  const filter = row[0]!;
  const first = 1 + unit;
  if (filter === 1) {
    for (let i = first; i < row.length; i++) row[i]! += row[i - unit]!;
  } else if (filter === 2) {
    for (let i = 1; i < row.length; i++) row[i]! += above[i]!;
  } else if (filter === 3) {
    for (let i = 1; i < row.length; i++) row[i]! += ((i < first ? 0 : row[i - unit]!) + above[i]!) >> 1;
  } else if (filter === 4) {
    for (let i = 1; i < Math.min(first, row.length); i++) row[i]! += above[i]!;
    for (let i = first; i < row.length; i++) row[i]! += paeth(row[i - unit]!, above[i]!, above[i - unit]!);
  } else if (filter !== 0) throw new PngDataError(`unknown filter ${filter}`);
}

/** Whichever of left, above and above left is nearest to left + above - above left. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove] = [Math.abs(above - corner), Math.abs(left - corner)];
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
