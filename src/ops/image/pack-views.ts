import type { Picture } from '../../picture/picture.js';
import type { View } from '../../picture/view.js';
import type { Device } from '../../runtime/device.js';
import { MemoryError } from '../../runtime/errors.js';
import { cutPicture, type PixelRect, pictureParts } from './picture-parts.js';

const OP = 'preparePictures';
/** Bytes of one record of the shader's `views`. */
const VIEW_BYTES = 64;
/** Pictures of a group at most, unless the device's bindings are smaller: more would only take memory. */
const GROUP_BYTES = 2 ** 27;
/** Beside the pictures: the word to spare, and rounding. */
const SPARE_BYTES = 16;

/** Views whose pictures lie in one buffer; or one view, whose picture is too large, and a part of its output. */
export interface ViewGroup {
  /** Position of the first view in the batch. */
  readonly first: number;
  readonly count: number;
  /** Which pixels of the output are made. */
  readonly output: PixelRect;
  /** The pictures, each from a multiple of 4 bytes, with a word to spare at the end. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The shader's records, one per view. */
  readonly records: Uint8Array<ArrayBuffer>;
}

/**
 * Packs pictures and views for the shader, in as few groups as fit the device's bindings. A picture that several views of a
 * group show is packed once; one that does not fit comes in parts.
 * @throws MemoryError where a binding does not even hold the surroundings of one output pixel
 */
export function* packViews(
  device: Device,
  pictures: readonly Picture[],
  views: readonly View[],
  size: readonly [rows: number, columns: number],
): Generator<ViewGroup> {
  const room = Math.min(device.maxBindingBytes, GROUP_BYTES) - SPARE_BYTES;
  for (let first = 0; first < views.length; ) {
    const starts = new Map<Picture, number>();
    let bytes = 0;
    let count = 0;
    for (; first + count < views.length; count++) {
      const picture = pictures[first + count]!;
      if (starts.has(picture)) continue;
      const needed = Math.ceil(picture.data.length / 4) * 4;
      if (bytes + needed > room) break;
      starts.set(picture, bytes);
      bytes += needed;
    }
    if (count === 0) {
      yield* packParts(first, pictures[first]!, views[first]!, size, room);
      first++;
    } else {
      yield packWhole(first, count, pictures, views, size, starts, bytes);
      first += count;
    }
  }
}

function packWhole(
  first: number,
  count: number,
  pictures: readonly Picture[],
  views: readonly View[],
  [rows, columns]: readonly [number, number],
  starts: ReadonlyMap<Picture, number>,
  size: number,
): ViewGroup {
  const bytes = new Uint8Array(size + 4);
  for (const [{ data }, start] of starts) bytes.set(data, start);
  const records = new Uint8Array(count * VIEW_BYTES);
  for (let i = 0; i < count; i++) {
    const picture = pictures[first + i]!;
    const whole = { row: 0, column: 0, rows: picture.height, columns: picture.width };
    const record = new DataView(records.buffer, i * VIEW_BYTES);
    writeRecord(record, picture, views[first + i]!, starts.get(picture)!, whole);
  }
  return { first, count, output: { row: 0, column: 0, rows, columns }, bytes, records };
}

function* packParts(
  first: number,
  picture: Picture,
  view: View,
  size: readonly [number, number],
  room: number,
): Generator<ViewGroup> {
  for (const { output, source } of pictureParts(picture, view, size, Math.floor(room / 3))) {
    const part = cutPicture(picture, source);
    if (part.length > room) {
      throw new MemoryError(
        `${OP}: ${source.columns} x ${source.rows} pixels of a picture exceed this device's binding limit of ${room + SPARE_BYTES} bytes; use a device with larger bindings`,
      );
    }
    const bytes = new Uint8Array(Math.ceil(part.length / 4) * 4 + 4);
    bytes.set(part);
    const records = new Uint8Array(VIEW_BYTES);
    writeRecord(new DataView(records.buffer), picture, view, 0, source);
    yield { first, count: 1, output, bytes, records };
  }
}

/** `start`: where the pixels of `source`, a part of the picture, begin. */
function writeRecord(record: DataView, { width, height }: Picture, view: View, start: number, source: PixelRect): void {
  const { sourceBox = [0, 0, width, height], flip = false, shift = [0, 0, 0] } = view;
  const { row, column, columns } = source;
  const words = [start, width, height, Number(flip), column, row, columns];
  for (const [i, word] of words.entries()) record.setUint32(i * 4, word, true);
  for (const [i, number] of [...sourceBox, ...shift].entries()) record.setFloat32(32 + i * 4, number, true);
}
