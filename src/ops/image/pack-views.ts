import type { Device } from '../../runtime/device.js';
import { MemoryError, ShapeError } from '../../runtime/errors.js';
import type { ImageView, RgbImage } from '../preprocess-images.js';

const OP = 'preprocessImages';
/** Bytes of one record of the shader's `views`. */
const VIEW_BYTES = 48;

/** Views whose pictures lie in one buffer. */
export interface ViewGroup {
  /** Position of the first view in the batch. */
  readonly first: number;
  readonly count: number;
  /** The pictures, each from a multiple of 4 bytes, with a word to spare at the end. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The shader's records, one a view. */
  readonly records: Uint8Array<ArrayBuffer>;
}

/**
 * Packs pictures and views for the shader, in as few groups as fit the device's bindings. A picture that several views of a
 * group show is packed once.
 * @throws MemoryError for a picture beyond one binding
 */
export function* packViews(
  device: Device,
  images: readonly RgbImage[],
  views: readonly ImageView[],
): Generator<ViewGroup> {
  for (let first = 0; first < views.length; ) {
    const starts = new Map<number, number>();
    let size = 4;
    let count = 0;
    for (; first + count < views.length; count++) {
      const at = views[first + count]!.image ?? first + count;
      if (starts.has(at)) continue;
      const needed = Math.ceil(images[at]!.data.length / 4) * 4;
      if (size + needed + 16 > device.maxBindingBytes) break;
      starts.set(at, size - 4);
      size += needed;
    }
    if (count === 0) {
      const { width, height, data } = images[views[first]!.image ?? first]!;
      throw new MemoryError(
        `${OP}: a picture of ${width} x ${height} pixels (${data.length} bytes) exceeds this device's binding limit of ${device.maxBindingBytes} bytes; make it smaller`,
      );
    }
    const bytes = new Uint8Array(size);
    for (const [at, start] of starts) bytes.set(images[at]!.data, start);
    const records = new Uint8Array(count * VIEW_BYTES);
    for (let i = 0; i < count; i++) {
      const view = views[first + i]!;
      const at = view.image ?? first + i;
      writeRecord(new DataView(records.buffer, i * VIEW_BYTES), images[at]!, view, starts.get(at)!);
    }
    yield { first, count, bytes, records };
    first += count;
  }
}

function writeRecord(record: DataView, { width, height }: RgbImage, view: ImageView, start: number): void {
  const { sourceBox = [0, 0, width, height], flip = false, shift = [0, 0, 0] } = view;
  for (const [i, word] of [start, width, height, Number(flip)].entries()) record.setUint32(i * 4, word, true);
  for (const [i, number] of [...sourceBox, ...shift].entries()) record.setFloat32(16 + i * 4, number, true);
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
