/** Pictures as PNG. Node only: `pngjs` deflates with Node's zlib. */
import { PNG } from 'pngjs';
import type { Picture } from '../picture/picture.js';

/** PNG's colour types. */
const [GREY, RGB] = [0, 2] as const;

/** A lossless `data:image/png;base64,...` URI. Throws as `pngBytes` does. */
export function pngDataUri(picture: Picture): string {
  return `data:image/png;base64,${pngBytes(picture).toString('base64')}`;
}

/**
 * A PNG file; grey pictures take one byte per pixel.
 * @throws RangeError for sides that are not whole numbers from 1 on.
 */
export function pngBytes({ width, height, data }: Picture): Buffer {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`PNG: ${width} x ${height} pixels; sides must be whole numbers from 1 on`);
    }
  }
  const png = new PNG({ width, height });
  const grey = isGrey(data);
  const colorType = grey ? GREY : RGB;
  png.data = Buffer.from(grey ? data.filter((_, i) => i % 3 === 0) : data);
  return PNG.sync.write(png, { inputColorType: colorType, colorType, deflateLevel: 9, inputHasAlpha: false });
}

function isGrey(data: Uint8Array): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}
