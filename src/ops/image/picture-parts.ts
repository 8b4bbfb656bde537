import type { Picture } from '../../picture/picture.js';
import type { View } from '../../picture/view.js';

/** A rectangle: of output pixels, or of a picture's pixels. */
export interface PixelRect {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** A part of a view's output, and the part of its picture that holds everything it samples. */
export interface PicturePart {
  readonly output: PixelRect;
  readonly source: PixelRect;
}

/**
 * Cuts a view's output into parts whose pixels of the source are no more than `maxPixels` each; every output pixel samples
 * what it would sample in the whole picture. Parts of one output pixel are not cut further.
 */
export function pictureParts(
  picture: Picture,
  view: View,
  [rows, columns]: readonly [rows: number, columns: number],
  maxPixels: number,
): PicturePart[] {
  const sampled = (output: PixelRect) => sampledPixels(picture, view, [rows, columns], output);
  const cut = (output: PixelRect): PicturePart[] => {
    const source = sampled(output);
    const { row, column } = output;
    if (source.rows * source.columns <= maxPixels || (output.rows === 1 && output.columns === 1)) {
      return [{ output, source }];
    }
    if (output.columns === 1 || (output.rows > 1 && source.rows >= source.columns)) {
      const half = output.rows >> 1;
      return [...cut({ ...output, rows: half }), ...cut({ ...output, row: row + half, rows: output.rows - half })];
    }
    const half = output.columns >> 1;
    return [
      ...cut({ ...output, columns: half }),
      ...cut({ ...output, column: column + half, columns: output.columns - half }),
    ];
  };
  return cut({ row: 0, column: 0, rows, columns });
}

function sampledPixels(
  { width, height }: Picture,
  { sourceBox: [x0, y0, x1, y1] = [0, 0, width, height], flip = false }: View,
  [rows, columns]: readonly [number, number],
  output: PixelRect,
): PixelRect {
  const left = flip ? columns - output.column - output.columns : output.column;
  const x = sampledRange(x0, x1, columns, left, output.columns, width);
  const y = sampledRange(y0, y1, rows, output.row, output.rows, height);
  return { row: y.first, rows: y.count, column: x.first, columns: x.count };
}

/** Along one axis: the pixels between which `count` places from `first` lie, with room for the shader's rounding. */
function sampledRange(from: number, to: number, places: number, first: number, count: number, pixels: number) {
  const at = (place: number) => from + ((place + 0.5) * (to - from)) / places - 0.5;
  const inside = (pixel: number) => Math.min(pixels - 1, Math.max(0, pixel));
  const room = 1 + Math.ceil(2 ** -20 * Math.max(Math.abs(from), Math.abs(to)));
  const low = inside(Math.floor(at(first)) - room);
  const high = inside(Math.floor(at(first + count - 1)) + 1 + room);
  return { first: low, count: high - low + 1 };
}

/** A part of a picture as a picture of its own. */
export function cutPicture({ width, data }: Picture, { row, column, rows, columns }: PixelRect): Uint8Array {
  if (columns === width) return data.subarray(row * width * 3, (row + rows) * width * 3);
  const part = new Uint8Array(rows * columns * 3);
  for (let y = 0; y < rows; y++) {
    const start = ((row + y) * width + column) * 3;
    part.set(data.subarray(start, start + columns * 3), y * columns * 3);
  }
  return part;
}
