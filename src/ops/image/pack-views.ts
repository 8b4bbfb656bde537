import type { Device } from '../../runtime/device.js';
import { MemoryError, ShapeError } from '../../runtime/errors.js';
import type { ImageView, RgbImage } from './picture.js';
import { cutPicture, type PixelRect, pictureParts } from './picture-parts.js';

const OP = 'preprocessImages';
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
  /** The shader's records, one a view. */
  readonly records: Uint8Array<ArrayBuffer>;
}

/**
 * Packs pictures and views for the shader, in as few groups as fit the device's bindings. A picture that several views of a
 * group show is packed once; one that does not fit comes in parts.
 * @throws MemoryError where a binding does not even hold the surroundings of one output pixel
 */
export function* packViews(
  device: Device,
  images: readonly RgbImage[],
  views: readonly ImageView[],
  size: readonly [rows: number, columns: number],
): Generator<ViewGroup> {
  const room = Math.min(device.maxBindingBytes, GROUP_BYTES) - SPARE_BYTES;
  for (let first = 0; first < views.length; ) {
    const starts = new Map<number, number>();
    let bytes = 0;
    let count = 0;
    for (; first + count < views.length; count++) {
      const at = views[first + count]!.image ?? first + count;
      if (starts.has(at)) continue;
      const needed = Math.ceil(images[at]!.data.length / 4) * 4;
      if (bytes + needed > room) break;
      starts.set(at, bytes);
      bytes += needed;
    }
    if (count === 0) {
      yield* packParts(first, images[views[first]!.image ?? first]!, views[first]!, size, room);
      first++;
    } else {
      yield packWhole(first, count, images, views, size, starts, bytes);
      first += count;
    }
  }
}

function packWhole(
  first: number,
  count: number,
  images: readonly RgbImage[],
  views: readonly ImageView[],
  [rows, columns]: readonly [number, number],
  starts: ReadonlyMap<number, number>,
  size: number,
): ViewGroup {
  const bytes = new Uint8Array(size + 4);
  for (const [at, start] of starts) bytes.set(images[at]!.data, start);
  const records = new Uint8Array(count * VIEW_BYTES);
  for (let i = 0; i < count; i++) {
    const view = views[first + i]!;
    const at = view.image ?? first + i;
    const { width, height } = images[at]!;
    const whole = { row: 0, column: 0, rows: height, columns: width };
    writeRecord(new DataView(records.buffer, i * VIEW_BYTES), images[at]!, view, starts.get(at)!, whole);
  }
  return { first, count, output: { row: 0, column: 0, rows, columns }, bytes, records };
}

function* packParts(
  first: number,
  image: RgbImage,
  view: ImageView,
  size: readonly [number, number],
  room: number,
): Generator<ViewGroup> {
  for (const { output, source } of pictureParts(image, view, size, Math.floor(room / 3))) {
    const part = cutPicture(image, source);
    if (part.length > room) {
      throw new MemoryError(
        `${OP}: ${source.columns} x ${source.rows} pixels of a picture exceed this device's binding limit of ${room + SPARE_BYTES} bytes; use a device with larger bindings`,
      );
    }
    const bytes = new Uint8Array(Math.ceil(part.length / 4) * 4 + 4);
    bytes.set(part);
    const records = new Uint8Array(VIEW_BYTES);
    writeRecord(new DataView(records.buffer), image, view, 0, source);
    yield { first, count: 1, output, bytes, records };
  }
}

/** `start`: where the pixels of `source`, a part of the picture, begin. */
function writeRecord(
  record: DataView,
  { width, height }: RgbImage,
  view: ImageView,
  start: number,
  source: PixelRect,
): void {
  const { sourceBox = [0, 0, width, height], flip = false, shift = [0, 0, 0] } = view;
  const { row, column, columns } = source;
  const words = [start, width, height, Number(flip), column, row, columns];
  for (const [i, word] of words.entries()) record.setUint32(i * 4, word, true);
  for (const [i, number] of [...sourceBox, ...shift].entries()) record.setFloat32(32 + i * 4, number, true);
}

/** @throws ShapeError for pictures and views that the shader could not read. */
export function checkViews(images: readonly RgbImage[], views: readonly ImageView[]): void {
  for (const [i, { width, height, data }] of images.entries()) {
    if (!(width >= 1 && height >= 1 && data.length === width * height * 3)) {
      throw new ShapeError(
        `${OP}: picture ${i} of ${width} x ${height} pixels has ${data.length} bytes; it needs 3 for each pixel`,
      );
    }
  }
  for (const [i, { image = i, sourceBox, shift = [] }] of views.entries()) {
    if (!images[image])
      throw new ShapeError(`${OP}: view ${i} shows picture ${image}, but there are ${images.length}; count from 0`);
    if (!shift.every(Number.isFinite)) throw new ShapeError(`${OP}: view ${i} has the colour shift [${shift}]`);
    if (!sourceBox) continue;
    const [x0, y0, x1, y1] = sourceBox;
    if (!(sourceBox.every(Number.isFinite) && x1 > x0 && y1 > y0)) {
      throw new ShapeError(
        `${OP}: view ${i} has the box [${sourceBox}]; use [x0, y0, x1, y1] with x1 > x0 and y1 > y0`,
      );
    }
  }
}
